"""Which goals are missed, by how much, in which words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from load.goals import Totals, missed
from load.quota import Quota, shares
from tests.load.test_options import parse

GOOD = Totals(answered=90, shed=10, failed=0, p50=2, p99=8)


def told(totals: Totals, *arguments: str, ended: int | None = None) -> list[str]:
    return list(missed(totals, parse(*arguments), ended))


def test_goals_hold_at_their_bounds():
    assert told(GOOD, "--p99", "8", "--max-shed", "10", "--max-failures", "0") == []
    assert told(GOOD, "--max-shed", "10%") == []
    assert told(replace(GOOD, failed=2), "--max-failures", "2") == []
    assert told(GOOD, "--requests", "90", ended=90) == []


@pytest.mark.parametrize(
    ("totals", "arguments", "sentence"),
    [
        (
            GOOD,
            ("--p99", "7.5"),
            "--p99 7.5 is missed by 0.5 ms: p99 was 8 ms.",
        ),
        (
            GOOD,
            ("--max-shed", "9.9%"),
            "--max-shed 9.9% is missed by 1: 10 of 100 requests were shed.",
        ),
        (
            replace(GOOD, failed=3),
            ("--max-failures", "1"),
            "--max-failures 1 is missed by 2: 3 of 103 requests failed.",
        ),
    ],
)
def test_a_goal_beyond_its_bound_is_told(totals: Totals, arguments: tuple[str, ...], sentence: str):
    assert told(totals, *arguments) == [sentence]


def test_a_run_without_answers_holds_no_goal():
    assert told(replace(GOOD, answered=0))[0].startswith("No request was answered rightly")


def test_requests_that_did_not_end_are_told():
    sentence = "--requests 95 is missed: 5 of them did not end."
    assert told(GOOD, "--requests", "95", ended=90) == [sentence]


@given(st.integers(0, 10**6), st.integers(1, 500))
def test_shares_are_all_there_is_and_even(requests: int, workers: int):
    each = shares(requests, workers)
    assert (sum(each), len(each)) == (requests, workers)
    assert max(each) - min(each) <= 1


@given(st.integers(0, 50))
def test_a_quota_lets_so_many_begin_and_ends_once(requests: int):
    ends: list[int] = []
    quota = Quota(requests, lambda: ends.append(quota.ended if requests else 0))
    begun = 0
    while quota.begin():
        begun += 1
    for _ in range(begun):
        quota.end()
    assert (begun, ends) == (requests, [requests])
