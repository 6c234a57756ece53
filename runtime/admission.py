"""Takes requests on, or sheds them, so that those that are taken on are answered soon.

A worker answers one request after the other. Each turn of its event loop first reads what all
connections have sent, then answers it: requests wait for those that were read before them, and in
their sockets for the turn before to end. So turns that take on little bound all of the waiting.

They need not while a worker keeps up, since load comes in bursts; nor while its clients wait for
their answers before they ask again, since then no more requests come than are answered, and the
queue is no longer than there are clients. It is an overload when the queue is as long as it may be,
or a turn takes too long; and from then on turns are kept short, until all that comes could be
answered again for a while. "Fail at Scale" (Maurer, ACM Queue 13/8, 2015,
https://queue.acm.org/detail.cfm?id=2839461) does so after CoDel, with a queue that stays.
"""

import functools
import time
from collections.abc import Callable

from runtime.metrics import Counts

# Of all requests that may be in flight, the share that few connections send: from so few none is
# shed, however fast they ask and however long their answers take.
_FEW = 1 / 8
# Seconds that a turn may take, however little came in it: batches take long. It is better to wait
# for so long than to be shed, as who is shed is told to come back after as long.
_LONGEST_TURN = 1.0
# An overload is over when all that comes could be answered in so much of the time. That has to be
# calculated: while some of it is shed there are rests as well.
_BEARABLE = 0.9
_CALM = 0.05  # seconds of work that have to be missing then
# How long a turn takes in an overload, in answers: few, as each request waits for up to two turns.
# Shedding a request takes about two fifths of an answer.
_TURN = 12
_TIME_TO_SHED = 0.4
# Requests that are shed for each that is answered, at most: so five sevenths of the time go into
# answers, and the rest into telling others.
_SHEDS = 1
_FIRST_GUESS = 0.0001  # seconds that an answer takes
_SMOOTHING = 1 / 8


class Admission:
    """Decides for one worker.

    Args:
        limit: the most requests in flight.
        counts: where those that are in flight, and those that are shed, are counted.
        call_soon: has a function called when the event loop has read what there was to read.
        clock: tells the time in seconds.

    Attributes:
        overloaded: whether more comes than can be answered.
        connections: how many are open.
    """

    def __init__(
        self,
        limit: int,
        counts: Counts,
        call_soon: Callable[[Callable[[], None]], object],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.overloaded = False
        self.connections = 0
        self._limit = limit
        self._few = max(1, int(limit * _FEW))
        self._counts = counts
        self._call_soon = call_soon
        self._clock = clock
        self._is_reading = False
        self._taken = self._shed = self._answered = 0  # requests of this turn
        self._room = limit  # how many it may take
        self._was_full = False  # whether more came than may be in flight, or can be answered soon
        self._behind = 0.0  # seconds of work, in an overload
        self._cost = _FIRST_GUESS  # seconds that an answer takes, of late
        # When the turn began, had read all, and ended its work.
        self._opened = self._had_read = self._ended = clock()

    def admits(self, *, is_late: bool = False) -> bool:
        """Whether a request that has been read is to be answered.

        Args:
            is_late: whether it has waited for longer than is good already.
        """
        if not self._is_reading:
            self._open_turn()
        if self._counts.in_flight >= self._limit:
            self._was_full = True
            return False
        if self.overloaded and (is_late or self._taken >= self._room):
            return False
        self._taken += 1
        return True

    def enter(self) -> None:
        """Count a request that is going to be answered."""
        self._counts.in_flight += 1

    def leave(self) -> None:
        """Count a request that is over."""
        self._counts.in_flight -= 1
        self._answered += 1
        self._ended = self._clock()

    def shed(self) -> bool:
        """Count a request that is shed; return whether this turn has shed too many."""
        self._counts.shed += 1
        self._shed += 1
        # In the turn that an overload begins with, too: while 1024 connections are ready, libuv
        # reads on, up to 48 times, before it lets anything be answered.
        return self._shed > _SHEDS * min(self._room, _TURN)

    def sheddable(self, seconds: float) -> int:
        """Return how many requests may be shed in some time."""
        return int(seconds / self._cost / (1 / _SHEDS + _TIME_TO_SHED))

    def _open_turn(self) -> None:
        """Begin a turn; learn from the one before, and from the time since then."""
        now = self._clock()
        self._learn_cost()
        if self.overloaded:
            self._behind = min(self._behind + self._excess(now), _CALM)
        elif self._was_full:
            self._behind = _CALM
        self.overloaded = self._behind > 0 and self.connections > self._few
        to_shed = _TIME_TO_SHED * self._shed  # if it is as many as before
        self._room = max(int(_TURN - to_shed), 1) if self.overloaded else self._limit
        self._opened, self._was_full = now, False
        self._taken = self._shed = self._answered = 0
        self._is_reading = True
        self._call_soon(self._end_reading)

    def _learn_cost(self) -> None:
        """See how long an answer took in the turn before."""
        if self._answered and self._ended > self._had_read:  # else bodies are still to come
            cost = (self._ended - self._opened) / (self._answered + self._shed * _TIME_TO_SHED)
            self._cost += (cost - self._cost) * _SMOOTHING

    def _excess(self, now: float) -> float:
        """Return how many seconds of work more came than there was time for."""
        return (self._taken + self._shed) * self._cost - (now - self._opened) * _BEARABLE

    def _end_reading(self) -> None:
        self._is_reading = False
        self._had_read = self._ended = self._clock()
        self._call_soon(functools.partial(self._end_turn, self._opened))

    def _end_turn(self, opened: float) -> None:
        """See how long a turn took; the next has begun already, if anything has come."""
        if self._clock() - opened > _LONGEST_TURN:
            self._was_full = True
