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

from runtime.arrears import Arrears, Turn
from runtime.costs import Costs
from runtime.metrics import Counts

# Of all requests that may be in flight, the share that is few. What so few connections send is not
# shed, however fast they ask and however long their answers take.
_FEW = 1 / 8
# Seconds that a turn may take, however little came in it: batches take long. It is better to wait
# for so long than to be shed, as who is shed is told to come back after as long.
_LONGEST_TURN = 1.0
# The requests that a turn takes on in an overload: few, as each waits for up to two turns.
_TURN = 8
# The part of all time in an overload that goes into telling others that they are shed.
_SHEDDING = 1 / 3
# How much a turn counts in what usually comes in one: nothing is usual for some 30 turns.
_SMOOTHING = 1 / 32


class Admission:
    """Decides for one worker.

    Args:
        limit: the most requests in flight.
        counts: where those that are in flight, and those that are shed, are counted.
        call_soon: has a function called when the event loop has read what there was to read.
        on_turn: called with the seconds that a turn took, at its end; returns how many clients
            wait for a connection.
        clock: tells the time in seconds.

    Attributes:
        overloaded: whether more comes than can be answered.
        connections: how many are open.
        muted: how many of them are not read; see `runtime.muted`.
    """

    def __init__(
        self,
        limit: int,
        counts: Counts,
        call_soon: Callable[[Callable[[], None]], object],
        on_turn: Callable[[float], int] = lambda _: 0,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.overloaded = False
        self.connections = self.muted = 0
        self._limit = limit
        self._few = max(1, int(limit * _FEW))
        self._counts = counts
        self._call_soon = call_soon
        self._on_turn = on_turn
        self._clock = clock
        self._costs = Costs()
        self._arrears = Arrears()
        self._turn = Turn(clock())
        self._is_reading = False
        self._waiting = 0  # clients without a connection
        # How many this turn may take on; of those that are late; and shed before it is too much.
        self._room, self._room_for_late, self._room_to_shed = limit, 0, 0.0
        self._usually_fresh = 0.0  # requests of a turn that are not late
        self._is_forgiven = False  # whether the last request was let in by `forgivable`
        self._shed_meanwhile = 0  # of others, since that was asked

    def admits(self, *, is_late: bool = False, was_muted: bool = False) -> bool:
        """Whether a request that has been read is to be answered.

        Args:
            is_late: whether it has waited for long: in an overload it is taken on only where hardly
                any others come.
            was_muted: whether it was there while its connection was muted: it is never taken on, as
                its client has not waited for as long as it was told.
        """
        if not self._is_reading:
            self._open_turn()
        self._is_forgiven = was_muted
        if self._counts.in_flight >= self._limit:
            self._begin_overload()
            return False
        if was_muted:
            return False
        turn, room = self._turn, self._room
        if is_late and self.overloaded:
            room = self._room_for_late
        else:
            turn.fresh += 1
        if turn.taken >= room:
            return False
        turn.taken += 1
        return True

    def enter(self) -> None:
        """Count a request that is going to be answered."""
        self._counts.in_flight += 1

    def leave(self) -> None:
        """Count a request that is over."""
        self._counts.in_flight -= 1
        self._turn.answered += 1
        self._turn.ended = self._clock()

    def shed(self) -> bool:
        """Count a request that is shed; return whether this turn has shed too many."""
        self._counts.shed += 1
        self._turn.shed += 1
        self._shed_meanwhile += not self._is_forgiven
        # In the turn that an overload begins with, too: while 1024 connections are ready, libuv
        # reads on, up to 48 times, before it lets anything be answered.
        return self._turn.shed > self._room_to_shed

    def forgivable(self, seconds: float) -> int:
        """Return how many of those that are muted may go on, so long after this was asked before.

        In an overload these are as many as there is time for to shed once more, beside others.
        """
        others, self._shed_meanwhile = self._shed_meanwhile, 0
        if not self.overloaded:
            return self.muted
        return max(int(self._sheddable(seconds)) - others, 1)

    def _sheddable(self, seconds: float) -> float:
        return _SHEDDING * seconds / self._costs.shedding

    def _open_turn(self) -> None:
        """Begin a turn; learn from the one before, and from the time since then."""
        now, turn = self._clock(), self._turn
        turn.teach(self._costs)
        if self.overloaded:
            self._arrears.settle(turn, self._costs, now)
            # Who is muted asks less because of that, not because it wants less.
            is_behind = self._arrears.seconds > 0 or self.muted > 0
            self.overloaded = is_behind and self.connections > self._few
        self._usually_fresh += (turn.fresh - self._usually_fresh) * _SMOOTHING
        self._room = _TURN if self.overloaded else self._limit
        self._room_for_late = _TURN if self._usually_fresh < 1 else 0
        self._room_to_shed = self._sheddable(_TURN * self._costs.answer) / 2
        self._turn = Turn(now, self.connections)
        self._is_reading = True
        self._call_soon(self._end_reading)

    def _begin_overload(self) -> None:
        """Note that more has come than can be answered soon."""
        if not self.overloaded and self.connections > self._few:
            self.overloaded = True
            self._arrears.begin()

    def _end_reading(self) -> None:
        self._is_reading = False
        self._turn.had_read = self._turn.ended = self._clock()
        if self._is_rush():
            self._begin_overload()
        self._call_soon(functools.partial(self._end_turn, self._turn.opened))

    def _is_rush(self) -> bool:
        """Whether it is plain already that the requests in flight are going to be too many.

        More clients are there than may be in flight, and many of them came in one turn, and asked,
        or are still to be accepted: they do not wait for the answers to others.
        """
        turn, clients = self._turn, self.connections + self._waiting
        came = min(turn.taken, self.connections - turn.connections)
        return clients > self._limit and max(came, self._waiting) > self._few

    def _end_turn(self, opened: float) -> None:
        """See how long a turn took; the next has begun already, if anything has come."""
        seconds = self._clock() - opened
        if seconds > _LONGEST_TURN:
            self._begin_overload()
        self._waiting = self._on_turn(seconds)
