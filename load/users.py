"""Those who send requests."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import gevent
from locust import FastHttpUser, task

from load.answers import Outcome, Verdict, judge
from load.credentials import Headers
from load.options import Options
from load.questions import PATH, Question, Questions
from load.quota import Quota
from load.tally import shed_name

# Locust's own way to end a user leaves an error in its log when the others are stopped.
_UNTIL_STOPPED = 86400.0


@dataclass(frozen=True, slots=True)
class Work:
    """What the users of a process share.

    Attributes:
        options: what was asked for.
        questions: what they send.
        labels: those of the model.
        headers: what says who asks.
        quota: how much they may send.
    """

    options: Options
    questions: Questions
    labels: frozenset[str]
    headers: Headers
    quota: Quota


class Reader(FastHttpUser):
    """Somebody who has headlines classified, one after the other, and checks each answer."""

    host = "http://localhost:8080"
    insecure = False  # Locust's default would give a key to whoever answers
    work: ClassVar[Work]

    def wait_time(self) -> float:
        """Return how many seconds to think."""
        options = self.work.options
        return random.uniform(options.think_min, options.think_max)  # noqa: S311 - no secret

    @task
    def classify(self) -> None:
        """Send a request, and as often as was asked for again while it is shed."""
        if not self.work.quota.begin():
            gevent.sleep(_UNTIL_STOPPED)
            return
        try:
            self._ask(self.work.questions.draw())
        except Exception:
            self.work.quota.end()
            raise
        self.work.quota.end()  # not where the user was stopped meanwhile: it has not ended then

    def _ask(self, question: Question) -> None:
        for left in range(self.work.options.retries, -1, -1):
            verdict = self._send(question)
            if verdict.outcome is not Outcome.SHED or not left:
                return
            # Not all that were shed together are to come back together.
            gevent.sleep(verdict.retry_after * random.uniform(1, 2))  # noqa: S311 - no secret

    def _send(self, question: Question) -> Verdict:
        url = str(self.host).rstrip("/") + PATH
        headers = self.work.headers.of(url, question.body)
        name = f"{PATH}, {question.kind}"
        with self.client.request(
            "POST",
            url,
            name=name,
            data=question.body.decode(),
            headers=headers,
            catch_response=True,
        ) as response:
            if response.status_code == 0:  # Locust's word for no answer at all
                response.failure(f"no answer: {type(response.error).__name__}")
                return Verdict(Outcome.FAILED)
            received = {name.lower(): value for name, value in response.headers.items()}
            verdict = self._judge(question, response.status_code, received, response.content)
            if verdict.outcome is Outcome.FAILED:
                response.failure(verdict.reason)
            else:
                response.success()
            if verdict.outcome is Outcome.SHED:
                response.request_meta["name"] = shed_name(name)
        return verdict

    def _judge(
        self, question: Question, status: int, headers: Mapping[str, str], body: bytes
    ) -> Verdict:
        return judge(question, status, headers, body or b"", self.work.labels)
