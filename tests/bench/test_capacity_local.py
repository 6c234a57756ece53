"""Real environments behind the gateway; how well the simulation meets them, no test says."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from bench.capacity_fleets import HANDLER, compare
from bench.capacity_gateway import as_response, gateway
from bench.capacity_local import local_environments
from bench.capacity_results import FleetPlan
from bench.capacity_service import measure_service
from bench.cold_place import emulator_path

PYTHON = Path(sys.executable)
BODY = {"payload": "Operating profit rose to EUR 13.1 mn from EUR 8.7 mn"}


@pytest.fixture(autouse=True)
def _emulator() -> None:
    if not emulator_path().is_file():
        pytest.skip(f"{emulator_path()} is not there: `make test` fetches it")


def test_an_environment_gets_one_request_at_a_time_and_others_get_429():
    with (
        local_environments(2, PYTHON, HANDLER, WAITING_SECONDS="0.3") as fleet,
        gateway(fleet) as (application, url),
        httpx.Client(base_url=url, timeout=60) as client,
        ThreadPoolExecutor(6) as pool,
    ):
        answers = list(pool.map(lambda _: client.post("/process_text", json=BODY), range(6)))
        again = client.post("/process_text", json=BODY)
    statuses = sorted(answer.status_code for answer in [*answers, again])
    assert statuses.count(200) >= 3
    assert statuses.count(429) >= 1
    assert set(statuses) == {200, 429}
    assert again.json()["Raw Text"] == BODY["payload"]
    assert len(application.seconds) == statuses.count(200)


@pytest.mark.parametrize("answer", [b"Task timed out", b'{"errorMessage": "x"}', b"[]"])
def test_what_is_no_answer_is_502(answer: bytes):
    assert as_response(answer).status_code == 502


def test_invocations_are_timed():
    times = measure_service(PYTHON, 5)
    assert len(times) == 5
    assert min(times) > 0


def test_a_fleet_under_locust_is_compared():
    tiny = FleetPlan(environments=1, users=(3,), seconds=4, wait=0.2, pause=0.01)
    said: list[str] = []
    (found,) = compare(tiny, PYTHON, said.append)
    assert found.users == 3
    assert found.real.requests == found.simulated.requests > 0
    assert found.real.throttled > 0
    assert found.simulated.throttled > 0
    assert found.real.p50 > 0
    assert said[-1] == "3 users on 1 environments, 4 s"
