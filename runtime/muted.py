"""Connections that are not read for a while, as what came through them was shed.

A client that asks again at once, instead of in a second as it was told, would have a worker do
little else than shed. So such connections wait, and go on a few at a time.
"""

import asyncio
from collections import deque
from typing import Protocol

from runtime.admission import Admission

_SECONDS = 0.001


class Connection(Protocol):
    """A connection that can be muted.

    Attributes:
        was_muted: whether what it reads now was there while it was muted.
    """

    was_muted: bool

    def mute(self) -> None:
        """Read nothing."""

    def unmute(self) -> None:
        """Read on."""


class Muted:
    """The connections of one worker that are not read.

    Args:
        admission: knows whether the worker is overloaded.
    """

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._waiting: deque[Connection] = deque()
        self._looked = 0.0  # when, by the loop's clock

    def add(self, connection: Connection) -> None:
        """Mute a connection until it is its turn, or the worker keeps up again."""
        connection.mute()
        if not self._waiting:
            self._wait()
        self._waiting.append(connection)
        self._admission.muted += 1

    def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        self._looked = loop.time()
        loop.call_later(_SECONDS, self._unmute)

    def _unmute(self) -> None:
        loop = asyncio.get_running_loop()
        seconds = loop.time() - self._looked
        count = min(self._admission.forgivable(seconds), len(self._waiting))
        late = [self._waiting.popleft() for _ in range(count)]
        self._admission.muted -= count
        for connection in late:
            connection.was_muted = True
            connection.unmute()
        # The loop first runs what is to be run soon, then reads, then runs what is to be run next.
        loop.call_soon(loop.call_soon, _have_read, late)
        if self._waiting:
            self._wait()


def _have_read(late: list[Connection]) -> None:
    for connection in late:
        connection.was_muted = False
