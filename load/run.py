"""One run in one process: what is prepared before it, shared out during it, and judged after it."""

import sys
from argparse import Namespace
from pathlib import Path

import gevent
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from load.corpus import read_texts
from load.credentials import Headers, SignedHeaders, key_headers
from load.errors import LoadError
from load.goals import Totals, missed
from load.labels import METRICS, read_labels
from load.options import Options
from load.questions import Questions
from load.quota import Quota
from load.shapes import shape_of
from load.sharing import MasterShare, WorkerShare
from load.summary import Clock, write_summary
from load.tally import totals
from load.users import Reader, Work


class Run:
    """What Locust's events call, in every process.

    Args:
        environment: Locust's.

    Raises:
        LoadError: the run cannot be done as it was asked for.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._parsed = environment.parsed_options or Namespace()
        self._clock = Clock()
        self._master: MasterShare | None = None
        self._worker: WorkerShare | None = None
        self._quota: Quota | None = None
        self._last_words: list[str] = []
        runner = environment.runner
        if isinstance(runner, MasterRunner):
            self._master = MasterShare(runner, self._stop)
        elif isinstance(runner, WorkerRunner):
            self._worker = WorkerShare(runner)
        self._prepare()
        if not self._worker:
            self._choose_shape()

    def start(self) -> None:
        """Begin; settings can have been changed on the page since the last time."""
        try:
            self._prepare()
        except LoadError as error:
            self._fail(error)
            gevent.spawn(self._end)
            return
        self._clock = Clock()
        requests = self._options.requests
        if self._master and requests:
            self._master.share_out(requests)

    def finish(self) -> None:
        """Take the time."""
        self._clock.stop()

    def judge(self) -> None:
        """Judge what came of it; set the exit status."""
        environment = self._environment
        if self._worker:
            environment.process_exit_code = environment.process_exit_code or 0
            return
        if environment.process_exit_code is not None or not self._has_run():
            return
        found = totals(environment.stats)
        sentences = list(missed(found, self._options, self._ended()))
        self._last_words += (found.line(), *sentences)
        exceptions = environment.runner.exceptions if environment.runner else {}
        environment.process_exit_code = 1 if sentences or exceptions else 0
        if self._options.summary:
            self._write_summary(found)

    def tell(self) -> None:
        """Say on stderr what came of it, and which goals were missed by how much."""
        sys.stderr.write("".join(f"{line}\n" for line in self._last_words))

    def _write_summary(self, found: Totals) -> None:
        stats = self._environment.stats
        seconds = (stats.last_request_timestamp or stats.start_time or 0) - (stats.start_time or 0)
        try:
            write_summary(Path(self._options.summary), found, seconds, self._clock.cpu)
        except LoadError as error:
            self._fail(error)

    def _fail(self, error: LoadError) -> None:
        self._environment.process_exit_code = 1
        self._last_words.append(str(error))

    def _prepare(self) -> None:
        """Read and check all that users need."""
        self._options = options = Options.of(self._parsed)
        labels = read_labels(Path(options.metrics) if options.metrics else METRICS)
        questions = Questions(read_texts(options.corpus), options.mix)
        self._quota = self._make_quota()
        Reader.work = Work(options, questions, labels, self._headers(), self._quota)

    def _headers(self) -> Headers:
        options, host = self._options, str(self._environment.host or Reader.host)
        fixed = key_headers(options.api_key_env, host)
        return SignedHeaders(fixed, host, options.region) if options.iam else Headers(fixed)

    def _make_quota(self) -> Quota:
        if self._worker:
            return self._worker.quota()
        return Quota(self._options.requests or None, self._stop)

    def _choose_shape(self) -> None:
        options, users, seconds = self._options, self._parsed.num_users, self._parsed.run_time
        shape = shape_of(options.shape, options.base_users, users, seconds)
        if shape:
            shape.runner = self._environment.runner
            self._environment.shape_class = shape

    def _ended(self) -> int | None:
        """How many of the requests that were asked for have ended; None if none were."""
        if not self._options.requests:
            return None
        if self._master:
            return self._master.ended
        return self._quota.ended if self._quota else 0

    def _has_run(self) -> bool:
        """Whether there is something to judge: a page may be closed before its first run."""
        return self._environment.web_ui is None or self._environment.stats.num_requests > 0

    def _stop(self) -> None:
        """Stop; in a greenlet of its own, as the one that calls it is stopped with the others."""
        gevent.spawn(self._end)

    def _end(self) -> None:
        runner = self._environment.runner
        if runner is not None:
            if self._environment.web_ui is None:
                runner.quit()
            else:
                runner.stop()
