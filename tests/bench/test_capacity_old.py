"""The old service's failure: its figures, from limits and times."""

import pytest

from bench.capacity_old import LATENCY, Explanation, counterfactual, explain
from bench.load_old import OLD_RUNS


@pytest.fixture(scope="module")
def tried() -> list[Explanation]:
    return explain((0.0, 3.5), limits=(30, 40))


def test_both_load_tests_are_explained_within_three_points_by_one_set(tried: list[Explanation]):
    best = next(each for each in tried if each.plausible)
    assert best.error < 0.03
    assert best.start == 0
    assert all(LATENCY[0] <= each <= LATENCY[1] for each in best.latency)


def test_both_answered_nearly_as_many_a_second():
    assert [round(run.success * run.rate, 1) for run in OLD_RUNS] == [34.3, 39.3]


def test_they_are_sorted_by_their_error(tried: list[Explanation]):
    errors = [each.error for each in tried]
    assert errors == sorted(errors)


def test_starting_environments_first_explains_it_worse(tried: list[Explanation]):
    started = next(each for each in tried if each.start)
    assert started.error > next(each for each in tried if each.plausible).error


def test_with_a_millisecond_a_request_the_same_limit_would_have_held(tried: list[Explanation]):
    best = next(each for each in tried if each.plausible)
    assert counterfactual(best, 0.001) == (1.0,) * len(OLD_RUNS)
