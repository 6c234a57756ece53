"""The service that the load generator asks, and what it is asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from bench.load_wire import Answer, Connection
from load.answers import Outcome, Verdict, judge
from load.questions import PATH, Question

_NO_ANSWER = Verdict(Outcome.FAILED, "no answer")


@dataclass(frozen=True, slots=True)
class Wire:
    """A question, and the bytes that are sent for it."""

    question: Question
    content: bytes


class Target:
    """One service.

    Args:
        host: an address.
        port: its port.
        questions: what is sent, one after the other, from the first again after the last.
        labels: those of the model.
    """

    def __init__(
        self, host: str, port: int, questions: Sequence[Question], labels: frozenset[str]
    ) -> None:
        self._address = host, port
        self._wires = cycle([_to_wire(question, f"{host}:{port}") for question in questions])
        self._labels = labels

    def next(self) -> Wire:
        """Return what is to be sent next."""
        return next(self._wires)

    async def connect(self) -> Connection:
        """Open a connection.

        Raises:
            OSError: it cannot be opened.
        """
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(Connection, *self._address)
        return connection

    def judge(self, wire: Wire, answer: Answer | None) -> Verdict:
        """Judge an answer; None is none."""
        if answer is None:
            return _NO_ANSWER
        return judge(wire.question, answer.status, answer.headers, answer.body, self._labels)


def _to_wire(question: Question, host: str) -> Wire:
    head = (
        f"POST {PATH} HTTP/1.1\r\nhost: {host}\r\naccept: application/json\r\n"
        f"content-type: application/json\r\ncontent-length: {len(question.body)}\r\n\r\n"
    )
    return Wire(question, head.encode("ascii") + question.body)
