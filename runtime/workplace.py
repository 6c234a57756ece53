"""Sets up what a process needs to serve: the log, what is counted, and with a model the worker."""

import logging
import os
import sys
from pathlib import Path

from starlette.types import ASGIApp, Scope

from runtime.api import Service
from runtime.app import create
from runtime.artefact import ModelError
from runtime.authentication import key_check
from runtime.deferred import Deferred
from runtime.express import Express
from runtime.logs import LogHandler, LogLines, standard_output
from runtime.metrics import Counts, total
from runtime.metrics_files import CountFiles
from runtime.model import Model
from runtime.settings import Settings
from runtime.worker import Worker, call_soon

START_FAILED = 3  # uvicorn's own: its supervisor does not replace a worker that ends with it


class Workplace:
    """One process.

    Args:
        settings: limits of requests, and what is logged and counted.
        files: where the counts of several processes meet, if there are several.

    Attributes:
        lines: the log, which also has what uvicorn has to say.
    """

    def __init__(self, settings: Settings, files: CountFiles | None = None) -> None:
        self._settings = settings
        self._files = files
        self._counts = Counts() if files is None else files.adopt()
        self.lines = self._open_log()

    def worker(self, model: Model) -> Worker:
        """Put together what is served."""
        settings = self._settings
        metrics = Deferred(self._metrics) if settings.metrics else None
        app = create(settings, model, self.lines, metrics)
        check = _no_check if settings.api_key is None else key_check(settings.api_key)
        service = Service(model, settings)
        express = Express(service, self.lines, check, settings.max_body_bytes, call_soon)
        limit = settings.max_in_flight
        return Worker(app, express, limit, self.lines, self._counts, self._files)

    def _open_log(self) -> LogLines:
        count = self._counts.count if self._settings.metrics else None
        lines = LogLines(standard_output(), log_text=self._settings.log_text, count=count)
        logger = logging.getLogger("uvicorn.error")
        logger.handlers = [LogHandler(lines)]
        logger.propagate = False
        logger.setLevel(logging.INFO)
        logger.addFilter(_is_worth_a_line)
        return lines

    def _metrics(self) -> ASGIApp:
        from runtime.metrics_page import MetricsPage

        return MetricsPage(self._read)

    def _read(self) -> Counts:
        """Return the counts of all workers; ours are saved, so that no other shows less later."""
        if self._files is None:
            return self._counts
        self._files.save(self._counts)
        return total([self._counts, *self._files.others()])


def make_worker(folder: Path | None) -> Worker:
    """Make what one of several worker processes serves, from the environment that it inherits.

    Args:
        folder: where their counts meet, if anything is counted.
    """
    settings = Settings.from_environment(os.environ)
    workplace = Workplace(settings, None if folder is None else CountFiles(folder))
    try:
        model = Model.load(settings.model).warm_up()
    except ModelError as error:  # the file has changed since the parent read it
        workplace.lines.event("critical", str(error))
        sys.exit(START_FAILED)
    return workplace.worker(model)


def _no_check(_scope: Scope) -> None:
    """Let all requests through."""


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Keep warnings, and what happens to workers; the rest tells each step of a normal start."""
    return record.levelno >= logging.WARNING or record.module == "multiprocess"
