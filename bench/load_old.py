"""What was published of the service that this one replaces."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OldRun:
    """A run of Locust against the old service on Lambda; `rate` is requests a second."""

    requests: int
    success: float
    rate: float


OLD_RUNS = (OldRun(1000, 0.938, 36.6), OldRun(10_000, 0.711, 55.3))
OLD_LATENCY = "0.73 to 1.28 s on average"
