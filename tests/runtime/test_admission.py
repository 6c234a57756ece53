"""What a worker takes on, and what is an overload to it, with a worker whose time is made up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.made_up import ANSWER, COST, SHED, Worker


def test_a_thousand_requests_at_once_are_answered_by_a_worker_that_was_idle():
    assert Worker().turn(1000) == 1000


@pytest.mark.parametrize("clients", [1, 10, 100, 1000])
def test_clients_that_wait_for_their_answers_see_nothing_shed(clients: int):
    worker = Worker()
    for _ in range(100):
        assert worker.turn(clients) == clients


def test_few_connections_see_nothing_shed_however_long_their_answers_take():
    worker = Worker()
    worker.admission.connections = 128
    for _ in range(100):
        assert worker.turn(128, answer=0.02) == 128


@pytest.mark.parametrize("share", [0.5, 0.7, 0.85])
def test_bursts_that_leave_time_to_rest_are_answered_whole(share: float):
    worker = Worker()
    for _ in range(1000):
        assert worker.turn(200) == 200
        worker.rest(200 * COST * (1 - share) / share)


def test_more_than_may_be_in_flight_are_an_overload_while_they_come():
    worker = Worker(limit=200)
    assert worker.turn(250) == 200
    assert worker.turn(250) <= 8
    worker.rest(0.1)
    assert worker.turn(5) == 5
    assert worker.turn(200) == 200


def test_a_request_that_is_long_in_coming_is_no_overload():
    worker = Worker()
    worker.counts.in_flight += 1
    worker.turn(10)
    worker.rest(5)
    worker.admission.leave()
    assert worker.turn(1000) == 1000
    assert worker.turn(1000) == 1000


def test_batches_are_told_by_the_time_that_they_take():
    worker = Worker()
    while not worker.admission.overloaded:
        worker.turn(200, answer=0.01)
        assert worker.now < 10
    assert worker.turn(200, answer=0.01) <= 8


def test_answers_that_are_left_for_later_turns_count_as_theirs():
    """The short way answers some at a time, and reads what has come meanwhile."""
    worker = Worker().overload()
    for _ in range(100):
        worker.turn(5)
    before = worker.admission._costs.answer
    for _ in range(100):
        worker.counts.in_flight += 16
        worker.turn(1)
        for _ in range(16):
            worker.now += ANSWER
            worker.admission.leave()
    assert worker.admission._costs.answer == pytest.approx(before, rel=0.2)


@pytest.mark.parametrize(("arrivals", "most"), [(8, 8), (16, 8), (60, 8)])
def test_in_an_overload_what_is_answered_waits_for_few_others(arrivals: int, most: int):
    worker = Worker().overload()
    worker.turn(30)
    for _ in range(200):
        assert 1 <= worker.turn(arrivals) <= most
    assert worker.admission.overloaded


def test_an_overload_ends_when_nobody_asks():
    worker = Worker().overload()
    worker.rest(1)
    assert worker.turn(5) == 5
    assert worker.turn(128) == 128
    assert not worker.admission.overloaded


def test_an_overload_ends_when_all_could_be_answered_again():
    worker = Worker().overload()
    while worker.admission.overloaded:
        worker.turn(3)
        worker.rest(0.001)
        assert worker.now < 10
    assert worker.turn(128) == 128


def test_an_overload_does_not_end_with_the_rests_that_shedding_leaves():
    worker = Worker().overload()
    for _ in range(1000):
        assert worker.turn(16) <= 8
        worker.rest(0.0005)
    assert worker.admission.overloaded


def test_an_overload_does_not_end_as_the_worker_is_held_up():
    worker = Worker().overload()
    for _ in range(100):
        worker.turn(30)
    for _ in range(10):
        worker.turn(30, answer=0.05)
        worker.rest(0.5)
        worker.turn(3000)  # what came meanwhile
        assert worker.admission.overloaded
        for _ in range(50):
            worker.turn(30)
            assert worker.admission.overloaded


def test_an_overload_ends_when_few_connections_are_left():
    worker = Worker().overload()
    worker.admission.connections = 128
    for _ in range(100):
        assert worker.turn(128) == 128


def test_more_new_clients_than_may_be_in_flight_are_an_overload_before_all_are_read():
    worker = Worker()
    worker.admission.connections = 1000
    assert worker.turn(200) == 200
    assert not worker.admission.overloaded
    for _ in range(200):
        assert worker.admission.admits()
        worker.admission.enter()
        worker.admission.connections += 1
    worker.run_what_is_to_be_run_soon()
    assert worker.admission.overloaded


def test_what_requests_cost_is_learnt():
    worker = Worker().overload()
    for _ in range(200):
        worker.turn(14)
    costs = worker.admission._costs
    assert costs.answer == pytest.approx(COST, rel=0.01)
    assert costs.shedding == pytest.approx(SHED, rel=0.01)


def test_a_request_whose_body_has_not_come_says_nothing_of_how_long_answers_take():
    worker = Worker().overload()
    worker.turn(14)
    worker.admission.admits()
    worker.admission.enter()
    worker.run_what_is_to_be_run_soon()
    before = worker.admission._costs.answer
    worker.rest(0.0001)
    worker.admission.admits()
    assert worker.admission._costs.answer == before


TURN = st.tuples(st.integers(0, 300), st.floats(0, 0.5), st.booleans())


@settings(deadline=None)
@given(turns=st.lists(TURN, max_size=60), limit=st.integers(1, 200))
def test_no_load_is_shed_whole_or_goes_over_the_limit(
    turns: list[tuple[int, float, bool]], limit: int
):
    worker = Worker(limit)
    for arrivals, rest, was_muted in turns:
        shed_before = worker.counts.shed
        admitted = worker.turn(arrivals, was_muted=was_muted)
        assert admitted + worker.counts.shed - shed_before == arrivals
        assert admitted <= limit
        assert admitted >= min(arrivals, 1) or was_muted
        if not (worker.admission.overloaded or was_muted):
            assert admitted == min(arrivals, limit)
        worker.rest(rest)
    assert worker.counts.in_flight == 0
