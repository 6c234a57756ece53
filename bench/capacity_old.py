"""Why the old service failed: which limit and which time per request explain its two load tests.

They are known by their figures only: of 1000 requests 93.8 % succeeded at 36.6 a second, of 10 000
71.1 % at 55.3; the mean latency was 0.73 to 1.28 s (that service's README). Nothing is known of
its memory, its limits or how many users made its load. What is varied here: the environments that
it was allowed, the time that a request took, and whether environments had been started before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bench.capacity_setting import Rules
from bench.capacity_simulation import Draws, simulate
from bench.load_old import OLD_RUNS, OldRun

_SEEDS = range(3)
_SPREAD = 20  # shape of the gamma distribution of times: a deviation of 22 %
LIMITS = (10, 20, 30, 40, 50, 60, 80, 100)
_MOST = (40.0, 42.0, 44.0)  # answers a second
_REQUESTS_PER_ENVIRONMENT = 10


LATENCY = (0.73, 1.28)
"""Seconds: the least and the greatest mean latency that it reported."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A set of parameters, and what the simulation makes of it.

    Attributes:
        environments: the limit.
        seconds: per request, on average.
        start: seconds of a start; 0: all environments were there already.
        success: simulated share of each of `OLD_RUNS`.
        latency: simulated mean of each.
    """

    environments: int
    seconds: float
    start: float
    success: tuple[float, ...]
    latency: tuple[float, ...]

    @property
    def error(self) -> float:
        """The largest difference to a reported success, as a share of all requests."""
        pairs = zip(self.success, OLD_RUNS, strict=True)
        return max(abs(simulated - test.success) for simulated, test in pairs)

    @property
    def plausible(self) -> bool:
        """Whether the latencies lie within what was reported."""
        least, greatest = LATENCY
        return all(least <= latency <= greatest for latency in self.latency)


def explain(starts: Sequence[float], limits: Sequence[int] = LIMITS) -> list[Explanation]:
    """Try limits and times per request around those at which both tests saturate alike.

    Answers came at 34.3 a second in the first test and 39.3 in the second, so limit and time go
    together: environments / seconds is the most that is ever answered.

    Args:
        starts: seconds that a start may take; 0 for none.
        limits: environments that it may have been allowed.

    Returns:
        All that were tried, those with the smallest error first.
    """
    tried = [
        _try(environments, environments / most, start)
        for start in starts
        for environments in limits
        for most in _MOST
    ]
    return sorted(tried, key=lambda each: each.error)


def counterfactual(explanation: Explanation, seconds: float) -> tuple[float, ...]:
    """Return the success of both tests had a request taken another time, all else alike."""
    return _try(explanation.environments, seconds, explanation.start).success


def _try(environments: int, seconds: float, start: float) -> Explanation:
    runs = [list(_run(test, environments, seconds, start)) for test in OLD_RUNS]
    success, latency = zip(*(np.mean(run, axis=0).tolist() for run in runs), strict=True)
    return Explanation(environments, seconds, start, success, latency)


def _run(
    test: OldRun, environments: int, seconds: float, start: float
) -> Iterator[tuple[float, float]]:
    rate = environments * _REQUESTS_PER_ENVIRONMENT
    rules = Rules(environments, requests_per_second=rate, init=10.0)
    for seed in _SEEDS:
        random = np.random.default_rng(seed)
        times = np.cumsum(random.exponential(1 / test.rate, test.requests))
        works = random.gamma(_SPREAD, seconds / _SPREAD, test.requests)
        outcome = simulate(rules, times, Draws(works, np.full(test.requests, start)))
        answered = outcome.seconds[outcome.seconds > 0]
        yield outcome.success, float(answered.mean())
