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

from runtime.costs import Costs
from runtime.metrics import Counts

# Of all requests that may be in flight, the share that is few. What so few connections send is not
# shed, however fast they ask and however long their answers take.
_FEW = 1 / 8
# Seconds that a turn may take, however little came in it: batches take long. It is better to wait
# for so long than to be shed, as who is shed is told to come back after as long.
_LONGEST_TURN = 1.0
# An overload is over when all that comes could be answered in so much of the time. That has to be
# calculated: while some of it is shed there are rests as well.
_BEARABLE = 0.9
_CALM = 0.05  # seconds of work that have to be missing then
# How long a turn takes in an overload, in requests that are answered: few, as each waits for up to
# two turns.
_TURN = 8
# The part of a turn, and of all time in an overload, that answers have at least. The rest goes into
# telling others that they are shed.
_ANSWERS = 2 / 3


class Admission:
    """Decides for one worker.

    Args:
        limit: the most requests in flight.
        counts: where those that are in flight, and those that are shed, are counted.
        call_soon: has a function called when the event loop has read what there was to read.
        on_turn: called with the seconds that a turn took, at its end.
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
        on_turn: Callable[[float], object] = lambda _: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.overloaded = False
        self.connections = 0
        self._limit = limit
        self._few = max(1, int(limit * _FEW))
        self._counts = counts
        self._call_soon = call_soon
        self._on_turn = on_turn
        self._clock = clock
        self._is_reading = False
        self._connections_before = 0  # when this turn began
        self._time_before = 0.0  # seconds for answers, from when the turn before began
        self._taken = self._shed = self._answered = 0  # requests of this turn
        self._room = limit  # how many it may take
        self._behind = 0.0  # seconds of work, in an overload
        self._has_begun = False  # whether an overload has, in this turn
        self._costs = Costs()
        # When the turn began, had read all, and ended its work.
        self._opened = self._had_read = self._ended = clock()

    def admits(self, *, is_late: bool = False) -> bool:
        """Whether a request that has been read is to be answered.

        Args:
            is_late: whether it was there already while its connection was not read, as the one
                before it had been shed.
        """
        if not self._is_reading:
            self._open_turn()
        if self._counts.in_flight >= self._limit:
            self._begin_overload()
            return False
        if is_late or (self.overloaded and self._taken >= self._room):
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
        return self._shed > self.sheddable(_TURN * self._costs.answer)

    def sheddable(self, seconds: float) -> int:
        """Return how many requests may be shed in some time of those who have been shed before.

        As many of others may be, too.
        """
        return int((1 - _ANSWERS) / 2 * seconds / self._costs.shedding)

    def _open_turn(self) -> None:
        """Begin a turn; learn from the one before, and from the time since then."""
        now = self._clock()
        self._learn()
        if self.overloaded and not self._has_begun:
            self._behind = min(self._behind + self._excess(), _CALM)
        self.overloaded = self._behind > 0 and self.connections > self._few
        self._room = self._answerable() if self.overloaded else self._limit
        self._time_before = self._time_there_was(now)
        self._has_begun = False
        self._opened, self._connections_before = now, self.connections
        self._taken = self._shed = self._answered = 0
        self._is_reading = True
        self._call_soon(self._end_reading)

    def _begin_overload(self) -> None:
        """Note that more has come than can be answered soon."""
        if not self.overloaded and self.connections > self._few:
            self.overloaded = self._has_begun = True
            self._behind = _CALM

    def _answerable(self) -> int:
        """Return how many requests a turn may take on, if as many are shed as in the one before."""
        to_shed = self._shed * self._costs.shedding / self._costs.answer
        return int(max(_TURN - to_shed, _ANSWERS * _TURN))

    def _learn(self) -> None:
        """See how long it took to read, to answer and to shed in the turn before."""
        reading = self._had_read - self._opened
        self._costs.learn_reading(reading, taken=self._taken, shed=self._shed)
        self._costs.learn_answering(self._ended - self._had_read, self._answered)

    def _excess(self) -> float:
        """Return how many seconds of work more came in this turn than there was time for.

        What is read in a turn has come since the one before began.
        """
        work = (self._taken + self._shed) * self._costs.answer
        return work - self._time_before * _BEARABLE

    def _time_there_was(self, now: float) -> float:
        """Return the seconds from the beginning of this turn until now that were there for answers.

        If the work took longer than it does, something else had the processor; and in the turn that
        an overload began with, there was none to spare.
        """
        costs, rest = self._costs, now - self._ended
        if self._has_begun:
            return rest
        work = self._taken * costs.answer + self._shed * costs.shedding
        return min(work, self._ended - self._opened) + rest

    def _end_reading(self) -> None:
        self._is_reading = False
        self._had_read = self._ended = self._clock()
        if self._is_rush():
            self._begin_overload()
        self._call_soon(functools.partial(self._end_turn, self._opened))

    def _is_rush(self) -> bool:
        """Whether it is plain already that the requests in flight are going to be too many.

        More clients are there than may be in flight, and many of them came, and asked, in one turn:
        they do not wait for the answers to others.
        """
        opened = self.connections - self._connections_before
        return self.connections > self._limit and min(self._taken, opened) > self._few

    def _end_turn(self, opened: float) -> None:
        """See how long a turn took; the next has begun already, if anything has come."""
        seconds = self._clock() - opened
        if seconds > _LONGEST_TURN:
            self._begin_overload()
        self._on_turn(seconds)
