"""Lambda's rules, one by one, and what holds whatever the traffic."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.capacity_fleet import COLD, PROVISIONED, THROTTLED, TIMED_OUT, WARM, Fleet
from bench.capacity_setting import Rules
from bench.capacity_simulation import Draws, simulate, simulate_users

TIMES = st.lists(st.floats(0, 100), min_size=1, max_size=60).map(lambda x: np.sort(np.array(x)))


def fates(rules: Rules, times: list[float], work: float = 1.0, start: float = 0.5) -> list[int]:
    fleet = Fleet(rules)
    for at in times:
        fleet.offer(at, work, start)
    return list(fleet.fates)


def constant(count: int, work: float = 1.0, start: float = 0.5) -> Draws:
    return Draws(np.full(count, work), np.full(count, start))


def test_an_environment_takes_one_request_at_a_time_and_is_used_again():
    assert fates(Rules(2), [0, 1, 1.4, 1.5, 2]) == [COLD, COLD, THROTTLED, WARM, THROTTLED]


def test_a_cold_start_is_waited_for():
    fleet = Fleet(Rules(1))
    assert fleet.offer(0, 1.0, 0.5) == 1.5
    assert fleet.offer(2, 1.0, 0.5) == 1.0


def test_new_environments_are_limited_and_the_limit_refills_continuously():
    rules = Rules(100, scaling_burst=2, scaling_rate=0.5)
    assert fates(rules, [0, 0, 0, 1, 2], work=9) == [COLD, COLD, THROTTLED, THROTTLED, COLD]


def test_unused_scaling_does_not_add_up():
    assert fates(Rules(9, scaling_burst=1, scaling_rate=1), [50, 50], work=9) == [COLD, THROTTLED]


def test_requests_are_limited_even_where_environments_are_free():
    rules = Rules(5, requests_per_second=2)
    times = [0, 0.1, 0.2, 0.4]
    assert fates(rules, times, 0.01, 0) == [COLD, WARM, THROTTLED, THROTTLED]
    assert fates(rules, [*times, 2], 0.01, 0)[-1] == WARM


def test_provisioned_environments_go_first_and_start_nothing():
    rules = Rules(2, provisioned=1, provisioned_requests=10)
    assert fates(rules, [0, 0, 0, 2]) == [PROVISIONED, COLD, THROTTLED, PROVISIONED]


def test_beyond_their_rate_requests_go_past_provisioned_environments():
    rules = Rules(2, provisioned=1, provisioned_requests=1)
    assert fates(rules, [0, 0.2, 0.4], 0.1, 0) == [PROVISIONED, COLD, WARM]


def test_an_invocation_is_ended_after_its_timeout():
    fleet = Fleet(Rules(1, timeout=2))
    assert fleet.offer(0, 5.0, 0.5) == 2.5
    assert list(fleet.fates) == [TIMED_OUT]
    assert fleet.offer(2.5, 1.0, 0.5) == 1.0


def test_an_init_beyond_its_limit_begins_again_within_the_timeout():
    assert fates(Rules(1, timeout=3, init=10), [0], start=12) == [COLD]
    assert fates(Rules(1, timeout=3, init=10), [0], start=13.5) == [TIMED_OUT]


def test_idle_environments_are_reclaimed():
    outcome = simulate(Rules(9, idle=30), np.array([0.0, 20.0, 100.0]), constant(3))
    assert list(outcome.fates) == [COLD, WARM, COLD]


@given(times=TIMES, environments=st.integers(1, 5), waits=st.booleans())
def test_every_request_is_served_or_throttled(times: np.ndarray, environments: int, waits: bool):
    outcome = simulate(Rules(environments, waits=waits), times, constant(len(times), 3, 1))
    assert outcome.served + outcome.throttled + outcome.timed_out == outcome.offered == len(times)
    assert outcome.peak <= environments
    assert not (waits and outcome.throttled)


@given(times=TIMES, environments=st.integers(1, 5))
def test_more_environments_never_serve_fewer(times: np.ndarray, environments: int):
    draws = constant(len(times), 3, 0)
    fewer, more = (simulate(Rules(n), times, draws) for n in (environments, environments + 1))
    assert more.served >= fewer.served


@pytest.mark.parametrize("rate", [10, 40])
def test_more_reserved_concurrency_never_lowers_success(rate: int):
    random = np.random.default_rng(rate)
    times = np.cumsum(random.exponential(1 / rate, 5000))
    draws = Draws(random.exponential(0.5, 5000), np.full(5000, 0.3))
    limits = (1, 2, 5, 10, 20, 50)
    success = [simulate(Rules(n, requests_per_second=10 * n), times, draws).success for n in limits]
    assert success == sorted(success)
    assert success[-1] == 1


def test_users_wait_for_their_answers():
    outcome = simulate_users(Rules(1), constant(4, 1, 0), 1, np.full(4, 0.5), round_trip=0.25)
    assert list(outcome.times) == [0, 1.75, 3.5, 5.25]
    assert outcome.success == 1


def test_users_share_what_there_is():
    outcome = simulate_users(Rules(1), constant(100, 1, 0), 2, np.full(100, 0.5), round_trip=0)
    assert outcome.throttled > 0
    assert outcome.served + outcome.throttled == 100
