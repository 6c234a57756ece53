"""Runs a fleet in simpy: requests in stretches between whatever else happens, users one by one."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np
import simpy
from numpy.typing import NDArray

from bench.capacity_arrivals import Floats
from bench.capacity_fleet import COLD, PROVISIONED, THROTTLED, TIMED_OUT, Fleet
from bench.capacity_setting import Rules

Progress = Callable[[int], None]
"""Told of how many requests more have been simulated."""

_STRETCH = 50_000  # requests at most between two reports of progress
_RECLAIM = 10.0  # seconds between two looks at idle environments

_Process = Generator[simpy.Event, None, None]


@dataclass(frozen=True, slots=True)
class Draws:
    """What each request would take (s): its invocation, and a start if it needs one."""

    works: Floats
    starts: Floats


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the requests; one entry of the arrays for each, in order of arrival.

    Attributes:
        times: when they arrived (s).
        seconds: until the answer; 0 for throttled ones.
        fates: as `bench.capacity_fleet` numbers them.
        draws: what they would have taken.
        peak: most environments at work at once.
        started: environments that were started.
    """

    times: Floats
    seconds: Floats
    fates: NDArray[np.uint8]
    draws: Draws
    peak: int
    started: int

    @property
    def offered(self) -> int:
        """All requests."""
        return len(self.fates)

    @property
    def served(self) -> int:
        """Requests that got their answer."""
        return int(np.count_nonzero(self.fates <= PROVISIONED))

    @property
    def throttled(self) -> int:
        """Requests that were sent away with 429."""
        return int(np.count_nonzero(self.fates == THROTTLED))

    @property
    def timed_out(self) -> int:
        """Requests whose invocation was ended."""
        return int(np.count_nonzero(self.fates == TIMED_OUT))

    @property
    def success(self) -> float:
        """The share of requests that got their answer."""
        return self.served / self.offered

    @property
    def cold(self) -> float:
        """The share of answers that waited for a start."""
        return int(np.count_nonzero(self.fates == COLD)) / max(1, self.served)

    def percentile(self, percent: float) -> float:
        """Return a percentile of the seconds until an answer; NaN if there is none."""
        answered = self.seconds[self.fates <= PROVISIONED]
        return float(np.percentile(answered, percent)) if len(answered) else float("nan")


def simulate(
    rules: Rules, times: Floats, draws: Draws, progress: Progress = lambda count: None
) -> Outcome:
    """Simulate requests that arrive at given times (s, ascending), whatever becomes of others."""
    environment, fleet = simpy.Environment(), Fleet(rules)
    environment.process(_reclaim(environment, fleet))
    traffic = environment.process(_traffic(environment, fleet, times, draws, progress))
    environment.run(traffic)
    return _outcome(fleet, times, draws)


def simulate_users(
    rules: Rules, draws: Draws, users: int, pauses: Floats, round_trip: float
) -> Outcome:
    """Simulate users who send a request, wait for the answer, pause, and send the next.

    Args:
        rules: of the fleet.
        draws: of each request; when that many have been sent, all users stop.
        users: how many.
        pauses: seconds after each request.
        round_trip: seconds on the way to the service and back, for a 429 too.
    """
    environment, fleet = simpy.Environment(), Fleet(rules)
    environment.process(_reclaim(environment, fleet))
    times: list[float] = []

    def user() -> _Process:
        while (number := len(times)) < len(draws.works):
            times.append(environment.now)
            seconds = fleet.offer(
                environment.now, float(draws.works[number]), float(draws.starts[number])
            )
            yield environment.timeout(seconds + round_trip + float(pauses[number]))

    environment.run(simpy.AllOf(environment, [environment.process(user()) for _ in range(users)]))
    return _outcome(fleet, np.array(times), draws)


def _traffic(
    environment: simpy.Environment, fleet: Fleet, times: Floats, draws: Draws, progress: Progress
) -> _Process:
    """Offer all requests up to whatever simpy does next in one go, which is exact, and quick."""
    at = 0
    while at < len(times):
        end = int(np.searchsorted(times, environment.peek(), side="left"))
        end = min(end, at + _STRETCH)
        stretch = slice(at, max(at, end))
        for request in zip(
            times[stretch].tolist(),
            draws.works[stretch].tolist(),
            draws.starts[stretch].tolist(),
            strict=True,
        ):
            fleet.offer(*request)
        progress(stretch.stop - at)
        at = stretch.stop
        if at < len(times):
            yield environment.timeout(max(0.0, float(times[at]) - environment.now))


def _reclaim(environment: simpy.Environment, fleet: Fleet) -> _Process:
    while True:
        yield environment.timeout(_RECLAIM)
        fleet.reclaim(environment.now)


def _outcome(fleet: Fleet, times: Floats, draws: Draws) -> Outcome:
    return Outcome(
        times=times,
        seconds=np.array(fleet.seconds),
        fates=np.frombuffer(bytes(fleet.fates), dtype=np.uint8),
        draws=draws,
        peak=fleet.peak,
        started=fleet.started,
    )
