"""Requests for tests of overloads, what their answers are, and a worker that has too many."""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from runtime.arrears import Turn
from runtime.model import Model, Scores
from runtime.worker import Worker

QUESTION = b'{"text":"rose"}'
HEAD = (
    b"POST /v1/classify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    b"content-length: %d\r\n" % len(QUESTION)
)
WHOLE = HEAD + b"\r\n" + QUESTION


def answer_of(connection: socket.socket) -> httpx.Response:
    """Read one response; what comes after it stays where it is."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    status, *lines = head.decode("ascii").splitlines()
    headers = dict(line.split(": ", 1) for line in lines if line)
    body = b""
    while len(body) < int(headers["content-length"]):
        body += connection.recv(int(headers["content-length"]) - len(body))
    return httpx.Response(int(status.split()[1]), headers=headers, content=body)


def assert_shed(answer: httpx.Response) -> None:
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert (problem["title"], problem["status"]) == ("Service Unavailable", 503)
    assert problem["detail"].endswith("ask again in a second.")


def overload(worker: Worker) -> None:
    """Overload a worker. Its clock stands still, so that this does not end by itself."""
    admission, costs = worker.admission, worker.admission._costs
    admission._clock = lambda: 0.0
    admission._turn = Turn(0.0)
    costs.learn_reading = lambda *_, **__: None  # type: ignore[method-assign]  # no time passes
    admission._few = 0
    admission.overloaded = True
    admission._arrears.begin()


@dataclass
class Slow:
    """A model in whose first run, once it serves, something else happens."""

    model: Model
    meanwhile: Callable[[], object] = lambda: None

    def prepare(self, worker: Worker) -> None:
        worker.express._service.model = self  # type: ignore[assignment]  # classify is all it needs

    @property
    def version(self) -> str:
        return self.model.version

    @property
    def labels(self) -> tuple[str, ...]:
        return self.model.labels

    def classify(self, texts: Sequence[str]) -> Scores:
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return self.model.classify(texts)
