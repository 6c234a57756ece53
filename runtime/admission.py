"""Takes requests on, or sheds them, so that those that are taken on are answered soon.

A worker answers one request after the other. Each turn of its event loop first reads what all
connections have sent, then answers it: requests wait for those that were read before them, and in
their sockets for the turn before to end. So turns that take on little bound all of the waiting.

They need not while a worker keeps up, since load comes in bursts. It does not keep up any more when
the queue has been long for a while without a rest. "Fail at Scale" (Maurer, ACM Queue 13/8, 2015,
https://queue.acm.org/detail.cfm?id=2839461) tells overload by that, after CoDel: a queue that has
not been empty for 100 ms is kept short from then on, until it is empty again.
"""

import time
from collections.abc import Callable

from runtime.metrics import Counts

# Of all requests that may be in flight, the share that makes a long queue: some 20 ms of work. From
# fewer connections than that none is shed, however fast they ask: each waits for its answer.
_LONG = 1 / 8
_PATIENCE = 0.25  # seconds behind, after which a worker is overloaded
# A rest makes up for ten times as long: work that leaves a tenth of the time free is not too much.
_RELIEF = 10
_NO_REST = 0.0002  # seconds that pass between two turns anyway, most of them for reading
# An overload is over when all that comes could be answered in so much of the time. That has to be
# calculated: while some of it is shed there are rests as well.
_BEARABLE = 0.9
# How long a turn takes in an overload, in answers: few, as each request waits for up to two turns.
# Shedding a request takes about a fifth of an answer.
_TURN = 3
_TIME_TO_SHED = 0.2
# Requests that are shed for each that is answered, at most: so of three times what can be answered,
# more than a third is, and the rest is told.
_SHEDS = 8
_FIRST_GUESS = 0.0002  # seconds that an answer takes
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
        self._long = max(1, int(limit * _LONG))
        self._counts = counts
        self._call_soon = call_soon
        self._clock = clock
        self._is_reading = False
        self._taken = self._shed = 0  # requests of this turn
        self._room = self._long  # how many it may take
        self._is_long = False  # whether more came
        self._behind = 0.0  # seconds
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
            return False
        if self._taken >= self._room or (is_late and self.overloaded):
            self._is_long = True
            if self.overloaded:
                return False
        self._taken += 1
        return True

    def enter(self) -> None:
        """Count a request that is going to be answered."""
        self._counts.in_flight += 1

    def leave(self) -> None:
        """Count a request that is over."""
        self._counts.in_flight -= 1
        self._ended = self._clock()

    def shed(self) -> bool:
        """Count a request that is shed; return whether this turn has shed too many."""
        self._counts.shed += 1
        self._shed += 1
        return self._shed > _SHEDS * self._room and self.overloaded

    def sheddable(self, seconds: float) -> int:
        """Return how many requests may be shed in some time."""
        return int(seconds / self._cost / (1 / _SHEDS + _TIME_TO_SHED))

    def _open_turn(self) -> None:
        """Begin a turn; learn from the one before, and from the time since then."""
        now = self._clock()
        behind = self._behind + (self._excess(now) if self.overloaded else self._delay(now))
        self._behind = min(max(behind, 0.0), _PATIENCE) if self.connections > self._long else 0.0
        if self._behind in (0.0, _PATIENCE):  # in between, all stays as it is
            self.overloaded = self._behind > 0
        to_shed = _TIME_TO_SHED * self._shed  # if it is as many as before
        self._room = max(int(_TURN - to_shed), 1) if self.overloaded else self._long
        self._opened, self._is_long = now, False
        self._taken = self._shed = 0
        self._is_reading = True
        self._call_soon(self._end_reading)

    def _delay(self, now: float) -> float:
        """Return by how many seconds a worker that answers all has fallen behind."""
        busy = self._ended - self._opened if self._is_long else 0.0
        return busy - max(now - self._ended - _NO_REST, 0.0) * _RELIEF

    def _excess(self, now: float) -> float:
        """Return how many seconds of work more came than there was time for."""
        if self._taken and self._ended > self._had_read:  # else their bodies are still to come
            cost = (self._ended - self._opened) / (self._taken + self._shed * _TIME_TO_SHED)
            self._cost += (cost - self._cost) * _SMOOTHING
        return (self._taken + self._shed) * self._cost - (now - self._opened) * _BEARABLE

    def _end_reading(self) -> None:
        self._is_reading = False
        self._had_read = self._ended = self._clock()
