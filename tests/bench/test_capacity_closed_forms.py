"""The simulation against what queueing theory has closed forms for."""

import math

import numpy as np
import pytest

from bench.capacity_setting import Rules
from bench.capacity_simulation import Draws, Outcome, simulate

RUNS, REQUESTS = 20, 20_000
# Student's t, 19 degrees of freedom: 99.9 % of intervals hold the truth. Seeds are fixed, so a test
# that has passed goes on passing.
T = 3.883


def erlang_b(servers: int, load: float) -> float:
    """Loss of M/M/c/c. Source: Erlang 1917, by the usual recursion."""
    loss = 1.0
    for count in range(1, servers + 1):
        loss = load * loss / (count + load * loss)
    return loss


def erlang_c(servers: int, load: float) -> float:
    """Probability of waiting in M/M/c. Source: Erlang 1917."""
    loss = erlang_b(servers, load)
    return loss / (1 - load / servers * (1 - loss))


def run(seed: int, rules: Rules, load: float) -> Outcome:
    """Poisson arrivals, exponential times of one second on average, nothing cold."""
    random = np.random.default_rng(seed)
    times = np.cumsum(random.exponential(1 / load, REQUESTS))
    return simulate(rules, times, Draws(random.exponential(1, REQUESTS), np.zeros(REQUESTS)))


def assert_covers(values: list[float], expected: float) -> None:
    error = T * np.std(values, ddof=1) / math.sqrt(len(values))
    assert abs(np.mean(values) - expected) < error, (np.mean(values), expected, error)
    # An interval that covers anything would say nothing.
    assert error < 0.2 * expected


@pytest.mark.parametrize(("servers", "load"), [(1, 0.8), (5, 4.0), (20, 18.0), (50, 65.0)])
def test_throttling_is_erlang_b_loss(servers: int, load: float):
    runs = [run(seed, Rules(servers), load) for seed in range(RUNS)]
    # The first requests find everything free.
    late = [np.mean(each.seconds[REQUESTS // 10 :] == 0) for each in runs]
    assert_covers([float(each) for each in late], erlang_b(servers, load))


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (5, 3.5), (20, 16.0)])
def test_waiting_is_erlang_c(servers: int, load: float):
    waits, waiting = [], []
    for seed in range(RUNS):
        outcome = run(seed, Rules(servers, waits=True), load)
        wait = (outcome.seconds - outcome.draws.works)[REQUESTS // 10 :]
        waits.append(float(wait.mean()))
        waiting.append(float(np.mean(wait > 1e-9)))
    assert_covers(waiting, erlang_c(servers, load))
    assert_covers(waits, erlang_c(servers, load) / (servers - load))
