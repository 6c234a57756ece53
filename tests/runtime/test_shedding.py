"""Whom an overload sheds, and who goes on again when, with a worker whose time is made up."""

import pytest

from tests.runtime.made_up import SHED, Worker


def test_what_was_there_while_its_connection_was_muted_is_shed():
    """Its client was shed before, and has not waited for as long as it was told."""
    for worker in (Worker(), Worker().overload()):
        assert worker.turn(1, was_muted=True) == 0
        assert worker.turn(1) == 1


def test_who_has_waited_for_long_is_answered_while_the_worker_keeps_up():
    assert Worker().turn(1000, is_late=True) == 1000


def test_in_an_overload_who_has_waited_for_long_is_answered_where_no_others_come():
    worker = Worker().overload()
    assert worker.turn(20, is_late=True) == 0
    for _ in range(500):
        worker.turn(10)
        assert worker.turn(20, is_late=True) == 0
    turns = [worker.turn(20, is_late=True) for _ in range(500)]
    assert set(turns[:50]) == {0}
    assert set(turns[400:]) == {8}


def test_an_overload_does_not_end_while_connections_are_muted():
    """They would ask for more than can be answered if they could."""
    worker = Worker().overload()
    worker.admission.muted = 1
    for _ in range(100):
        worker.rest(0.1)
        worker.turn(1)
        assert worker.admission.overloaded
    worker.admission.muted = 0
    worker.turn(1)
    worker.turn(1)
    assert not worker.admission.overloaded


def test_in_an_overload_the_muted_go_on_as_others_leave_time_to_shed_them():
    worker = Worker().overload()
    for _ in range(200):
        worker.turn(30)
    worker.admission.muted = 500
    worker.admission.forgivable(1.0)
    assert worker.admission.forgivable(0.003) == pytest.approx(0.001 / SHED, rel=0.05)
    shed_before = worker.counts.shed
    worker.turn(40)
    shed = worker.counts.shed - shed_before
    assert shed == 32
    worker.turn(40, was_muted=True)
    assert worker.admission.forgivable(0.003) == pytest.approx(0.001 / SHED - shed, abs=4)
    assert worker.admission.forgivable(0.0) == 1


def test_all_of_the_muted_go_on_when_the_overload_is_over():
    worker = Worker()
    worker.admission.muted = 500
    assert worker.admission.forgivable(0.001) == 500


def test_shedding_is_told_to_be_too_much_from_where_it_would_hold_up_the_answers():
    worker = Worker().overload()
    for _ in range(200):
        worker.turn(60)
    worker.admission.admits()
    told = [worker.admission.shed() for _ in range(12)]
    assert told == [False] * 8 + [True] * 4  # in a sixth of the time that eight answers take


def test_shedding_is_told_to_be_too_much_in_the_turn_that_an_overload_begins_with():
    """libuv reads on without an end while more than a thousand connections are ready."""
    worker = Worker(limit=200)
    for _ in range(201):
        worker.admission.admits()
        worker.admission.enter()
    assert [worker.admission.shed() for _ in range(20)] == [False] * 13 + [True] * 7
