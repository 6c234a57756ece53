"""How far a worker is behind with what comes to it."""

from dataclasses import dataclass

from runtime.costs import Costs

# An overload is over when all that comes could be answered in so much of the time. That has to be
# calculated: while some of it is shed there are rests as well.
_BEARABLE = 0.9
_CALM = 0.05  # seconds of work that have to be missing then


@dataclass(slots=True)
class Turn:
    """A turn of a worker's event loop, which reads what has come, and then answers.

    Attributes:
        opened: when it began, in seconds.
        connections: how many were open then.
        taken: requests that it has taken on.
        shed: requests that it has shed.
        answered: requests that were answered in it, those that others took on included.
        fresh: requests that came in it and had not waited.
        had_read: when it had read all.
        ended: when it had answered the last.
    """

    opened: float
    connections: int = 0
    taken: int = 0
    shed: int = 0
    answered: int = 0
    fresh: int = 0
    had_read: float = 0.0
    ended: float = 0.0

    def __post_init__(self) -> None:
        self.had_read = self.ended = self.opened

    def teach(self, costs: Costs) -> None:
        """See how long it took to read, to answer and to shed."""
        reading, answering = self.had_read - self.opened, self.ended - self.had_read
        costs.learn_reading(reading, taken=self.taken, shed=self.shed)
        costs.learn_answering(answering, self.answered)


class Arrears:
    """The work that is missing in an overload.

    Attributes:
        seconds: of work; from nothing on all that comes could be answered.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._time_before = 0.0  # for answers, from when the turn before began
        self._has_begun = False

    def begin(self) -> None:
        """Note that an overload begins in this turn."""
        self.seconds, self._has_begun = _CALM, True

    def settle(self, turn: Turn, costs: Costs, now: float) -> None:
        """Add what came in a turn, and take off what could be answered; the next turn begins now.

        What is read in a turn has come since the one before began.
        """
        if not self._has_begun:
            work = (turn.taken + turn.shed) * costs.answer
            self.seconds = min(self.seconds + work - self._time_before * _BEARABLE, _CALM)
        self._time_before = self._time_there_was(turn, costs, now)
        self._has_begun = False

    def _time_there_was(self, turn: Turn, costs: Costs, now: float) -> float:
        """Return the seconds from the beginning of a turn until now that were there for answers.

        If the work took longer than it does, something else had the processor; and in the turn that
        an overload began with, there was none to spare.
        """
        rest = now - turn.ended
        if self._has_begun:
            return rest
        work = turn.taken * costs.answer + turn.shed * costs.shedding
        return min(work, turn.ended - turn.opened) + rest
