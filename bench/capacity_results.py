"""What docs/capacity.md stands on: the plan, what validates the model, and what it was fed with."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.capacity_old import Explanation
from bench.capacity_plan import Answer, Plan
from bench.timing import Machine


@dataclass(frozen=True, slots=True)
class FleetPlan:
    """What is tried.

    Attributes:
        environments: of each fleet.
        users: a run for each number of them.
        seconds: of each run.
        wait: mean seconds that an invocation waits beside its work.
        pause: mean seconds between an answer and the next request of a user.
        seeds: so many simulations of each run are averaged.
    """

    environments: int = 4
    users: tuple[int, ...] = (3, 6, 12)
    seconds: int = 40
    wait: float = 0.08
    pause: float = 0.08
    seeds: int = 20


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one run: requests, the share that was answered, throttled ones, percentiles (s)."""

    requests: int
    success: float
    throttled: int
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a real fleet did under some users, and what the simulation says."""

    users: int
    real: Figures
    simulated: Figures

    @property
    def success_error(self) -> float:
        """Difference of the shares that were answered, simulated less real."""
        return self.simulated.success - self.real.success

    @property
    def p50_error(self) -> float:
        """Relative difference of the medians."""
        return self.simulated.p50 / self.real.p50 - 1

    @property
    def p99_error(self) -> float:
        """Relative difference of the 99th percentiles."""
        return self.simulated.p99 / self.real.p99 - 1


@dataclass(frozen=True, slots=True)
class Measurement:
    """What took this machine's emulators.

    Attributes:
        machine: it.
        date: when, as YYYY-MM-DD.
        service_ms: milliseconds of single warm invocations on one core; `--service` reads them.
        fleet_plan: what was tried with fleets.
        fleets: real fleets beside simulated ones.
    """

    machine: Machine
    date: str
    service_ms: tuple[float, ...]
    fleet_plan: FleetPlan
    fleets: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class OldService:
    """What explains the old service's failure.

    Attributes:
        explanations: the best of those that are plausible, environments started before.
        started: the best one in which environments had to be started; seconds of a start in it.
        ours: success of both tests with the limit of the best, and this service's time.
        ours_seconds: that time.
        measured: the old recipe's INIT and warm invocation (s) here, by memory size (MB).
    """

    explanations: tuple[Explanation, ...]
    started: Explanation
    ours: tuple[float, ...]
    ours_seconds: float
    measured: Mapping[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Results:
    """Everything.

    Attributes:
        plan: for the question.
        roomy: the same in an account that allows twice as much, for the size that was chosen and
            the one that is a whole vCPU.
        shapes: the chosen setting (or else the first that was tried) by the arrivals' shape.
        old: about the old service.
        speed: requests simulated in a second, on average over the plan.
    """

    plan: Plan
    roomy: Plan
    shapes: Mapping[str, Answer]
    old: OldService
    speed: float
