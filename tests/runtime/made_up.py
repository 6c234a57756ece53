"""A worker whose time is made up."""

from collections.abc import Callable
from dataclasses import dataclass, field

from runtime.admission import Admission
from runtime.metrics import Counts

ANSWER = 0.00006  # seconds
READ = 0.00004
SHED = 0.000016
COST = READ + ANSWER
LIMIT = 1024


@dataclass
class Worker:
    """Does what an event loop does: a turn reads all that has come, then answers what is to be."""

    limit: int = LIMIT
    now: float = 0.0
    counts: Counts = field(default_factory=Counts)
    soon: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.admission = Admission(
            self.limit, self.counts, self.soon.append, clock=lambda: self.now
        )
        self.admission.connections = 3000

    def turn(
        self,
        arrivals: int,
        answer: float = ANSWER,
        *,
        is_late: bool = False,
        was_muted: bool = False,
    ) -> int:
        """Read so many requests and answer what is admitted; return how many that were."""
        admitted = 0
        for _ in range(arrivals):
            if self.admission.admits(is_late=is_late, was_muted=was_muted):
                self.admission.enter()
                self.now += READ
                admitted += 1
            else:
                self.admission.shed()
                self.now += SHED
        self.run_what_is_to_be_run_soon()
        for _ in range(admitted):
            self.now += answer
            self.admission.leave()
        self.run_what_is_to_be_run_soon()
        return admitted

    def run_what_is_to_be_run_soon(self) -> None:
        soon = self.soon.copy()
        self.soon.clear()
        for function in soon:
            function()

    def rest(self, seconds: float) -> None:
        self.now += seconds

    def overload(self) -> "Worker":
        """Have it asked by more clients than it may, who ask again at once, until it sheds."""
        for _ in range(100):  # so that it knows what requests cost
            self.turn(20)
            self.rest(0.01)
        start = self.now
        while not self.admission.overloaded:
            self.turn(self.limit + 500)
            assert self.now < start + 1
        return self
