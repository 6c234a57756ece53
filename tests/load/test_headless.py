"""`locust --headless` against the real service: what is sent, and how it ends."""

import re
from pathlib import Path

import pytest

from tests.load.locust import Locust
from tests.load.servers import FAULT, SHED, in_turn, right, server
from tests.runtime.processes import RunningService

FEW = ("-u", "4", "-r", "4", "--requests", "60")
THINK = ("--think-min", "0.1", "--think-max", "0.1")


def test_so_many_requests_are_answered_and_no_more(locust: Locust):
    ended = locust(*FEW)
    assert (ended.status, ended.totals["answered"], ended.totals["failed"]) == (0, 60, 0)
    assert len(ended.said) == 1
    assert ended.said[0].startswith("60 answered, 0 shed (503 with Retry-After), 0 failed; p50 ")


def test_a_slash_after_the_host_is_no_mistake(service: RunningService, tmp_path: Path):
    assert Locust(tmp_path, f"{service.url}/")(*FEW).status == 0


def test_a_goal_that_is_missed_is_told_with_by_how_much(tmp_path: Path):
    with server(in_turn(FAULT, None, None)) as asked:
        ended = Locust(tmp_path, asked.url)(*FEW, "--max-failures", "10%")
    assert ended.status == 1
    assert ended.said[1:] == [
        "--max-failures 10% is missed by 14: 20 of 60 requests failed.",
    ]


def test_failures_that_are_allowed_are_no_failure(tmp_path: Path):
    with server(in_turn(FAULT, *60 * [None])) as asked:
        ended = Locust(tmp_path, asked.url)(*FEW, "--max-failures", "1", "--p99", "60000")
    assert (ended.status, ended.totals["failed"]) == (0, 1)


def test_a_service_that_is_not_there_is_told(tmp_path: Path):
    ended = Locust(tmp_path, "http://127.0.0.1:9")("--requests", "3")
    assert ended.status == 1
    assert ended.said[1].startswith("No request was answered rightly: see whether")
    assert ended.said[2] == "--max-failures 0 is missed by 3: 3 of 3 requests failed."


def test_requests_that_time_ran_out_for_are_told(tmp_path: Path, locust: Locust):
    ended = locust("--requests", "50", "--think-min", "60", "--think-max", "60", "-t", "4")
    assert ended.status == 1
    assert ended.said[1] == "--requests 50 is missed: 49 of them did not end."


# What is shed


def test_what_is_shed_is_neither_answered_nor_failed(tmp_path: Path):
    with server(in_turn(SHED, None)) as asked:
        ended = Locust(tmp_path, asked.url)("--requests", "20")
    found = ended.totals
    assert (ended.status, found["answered"], found["shed"], found["failed"]) == (0, 10, 10, 0)


def test_what_is_shed_is_sent_again_if_asked_for(tmp_path: Path):
    with server(in_turn(SHED, SHED, None)) as asked:
        ended = Locust(tmp_path, asked.url)("--requests", "5", "--retries", "2", "--max-shed", "9")
        assert asked.bodies[0] == asked.bodies[1] == asked.bodies[2]
    assert (ended.status, ended.totals["answered"], ended.totals["shed"]) == (1, 5, 10)
    assert ended.said[1] == "--max-shed 9 is missed by 1: 10 of 15 requests were shed."


# What is sent


def test_the_mix_is_as_the_weights_say(tmp_path: Path):
    only_batches = ("--single-weight", "0", "--batch-size", "70")
    with server(right) as asked:
        assert Locust(tmp_path, asked.url)("--requests", "5", *only_batches).status == 0
    assert [len(body["texts"]) for body in asked.bodies] == [70] * 5


def test_a_corpus_is_sent_as_it_is(tmp_path: Path):
    corpus = tmp_path / "texts.txt"
    corpus.write_text(
        'Umsätze stiegen um 5 %\n\n  "quoted" \\n\u2028headline  \n', encoding="utf-8"
    )
    with server(right) as asked:
        options = ("--requests", "40", "--batch-weight", "0", "--corpus", str(corpus))
        assert Locust(tmp_path, asked.url)(*options).status == 0
    assert {body["text"] for body in asked.bodies} == {
        "Umsätze stiegen um 5 %",
        '"quoted" \\n\u2028headline',
    }


def test_an_api_key_is_sent_from_the_environment(tmp_path: Path):
    with server(right) as asked:
        environment = {"FINTONE_API_KEY": "a-long-secret-of-yours"}
        assert Locust(tmp_path, asked.url)("--requests", "2", environment=environment).status == 0
    assert {headers["x-api-key"] for headers in asked.headers} == {"a-long-secret-of-yours"}


# Shapes


def counts(log: str) -> list[int]:
    return [int(count) for count in re.findall(r"Shape test updating to (\d+) users", log)]


def test_a_spike_comes_and_goes(locust: Locust):
    shape = ("--shape", "spike", "--base-users", "2")
    ended = locust("-u", "9", "-t", "4", *shape, *THINK)
    assert (ended.status, counts(ended.log)) == (0, [2, 9, 2])


def test_a_ramp_only_rises(locust: Locust):
    ended = locust("-u", "9", "-t", "3", "--shape", "ramp", *THINK)
    first, *later = counts(ended.log)
    assert (ended.status, first) == (0, 1)
    assert later == sorted(later)
    assert 2 <= later[-1] <= 9


# Mistakes


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--corpus", "no-such-file"), "no-such-file cannot be read"),
        (("--iam", "--region", "eu-west-1"), "No AWS credentials were found"),
        (("--p99", "fast"), "fast is no number from 0 up"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(locust: Locust, options: tuple[str, ...], told: str):
    ended = locust("--requests", "1", *options)
    assert ended.status in (1, 2)
    assert len(ended.said) == 1
    assert told in ended.said[0]
