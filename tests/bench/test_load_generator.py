"""The lean load generator against servers that answer, lie, shed and hang up."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bench.load_closed import ask_for, ask_times
from bench.load_open import Flow
from bench.load_recording import Recording
from bench.load_target import Target
from load.answers import Outcome
from load.questions import Mix, Questions
from tests.load.servers import FAULT, LABELS, SHED, in_turn, ok, result, right, server, speaking


def target(url: str) -> Target:
    questions = Questions(["Profit rose", "Profit fell"], Mix(1, 1, 3), seed=0)
    host, port = url.removeprefix("http://").split(":")
    drawn = [questions.draw() for _ in range(20)]
    return Target(host, int(port), drawn, frozenset(LABELS))


def counts(recording: Recording) -> tuple[int, int, int]:
    answered, shed, failed = (recording.count(outcome) for outcome in Outcome)
    return answered, shed, failed


def test_waiting_clients_send_so_many_requests_together():
    with server(right) as asked:
        recording = asyncio.run(ask_times(target(asked.url), 4, 50))
    assert counts(recording) == (50, 0, 0)
    assert len(asked.bodies) == 50
    assert 0 < recording.percentile(50) <= recording.percentile(99)


def test_waiting_clients_stop_when_their_time_is_over():
    with server(right) as asked:
        recording = asyncio.run(ask_for(target(asked.url), 2, 0.2))
    assert recording.count(Outcome.ANSWERED) == len(asked.bodies) > 0


def test_waiting_clients_come_back_with_what_was_shed():
    with server(in_turn(SHED, None)) as asked:
        recording = asyncio.run(ask_times(target(asked.url), 1, 5))
    assert counts(recording) == (5, 5, 0)
    assert asked.bodies[::2] == asked.bodies[1::2]


def test_a_steady_rate_sends_what_is_due_and_no_more():
    with server(right) as asked:
        recording = asyncio.run(Flow(target(asked.url)).run(rate=100, seconds=0.5))
    assert counts(recording) == (50, 0, 0)
    assert (len(recording.lags), recording.unsent) == (50, 0)


def test_what_finds_no_connection_free_is_counted():
    with server(right) as asked:
        recording = asyncio.run(Flow(target(asked.url), most=1).run(rate=20_000, seconds=0.02))
    assert recording.unsent > 0
    assert recording.count(Outcome.ANSWERED) + recording.unsent == 400


LIE = ok({"model": "m", "result": result(score=0.1)})


@pytest.mark.parametrize(
    "ask",
    [
        lambda goal: ask_times(goal, 2, 40),
        lambda goal: Flow(goal).run(rate=200, seconds=0.2),
    ],
    ids=["waiting", "steady"],
)
def test_each_answer_is_judged(ask: Callable[[Target], Awaitable[Recording]]):
    with server(in_turn(FAULT, LIE, None, None)) as asked:
        recording = asyncio.run(_run(ask, target(asked.url)))
    assert counts(recording) == (20, 0, 20)
    assert recording.reasons["status 500"] == 10
    assert sum(recording.reasons.values()) == 20


@pytest.mark.parametrize("said", [b"", b"220 smtp.example.org\r\n"], ids=["nothing", "no HTTP"])
def test_a_connection_that_ends_without_an_answer_counts_as_failed(said: bytes):
    with speaking(said) as url:
        waiting = asyncio.run(ask_times(target(url), 2, 6))
        steady = asyncio.run(Flow(target(url)).run(rate=100, seconds=0.1))
    assert waiting.reasons == {"no answer": 6}
    assert steady.reasons == {"no answer": 10}


async def _run(ask: Callable[[Target], Awaitable[Recording]], goal: Target) -> Recording:
    return await ask(goal)
