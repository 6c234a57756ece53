"""Several processes: a master judges what its workers send."""

from pathlib import Path

from tests.images.containers import free_port
from tests.load.locust import Locust, last_words
from tests.load.servers import FAULT, in_turn, server
from tests.runtime.processes import RunningService

FEW = ("-u", "6", "-r", "6", "--requests", "101")


def test_processes_share_the_requests_out(locust: Locust):
    ended = locust(*FEW, "--processes", "2")
    assert (ended.status, ended.totals["answered"], ended.totals["failed"]) == (0, 101, 0)


def test_master_and_worker_hold_goals_together(service: RunningService, tmp_path: Path):
    port = str(free_port())
    master = ("--master", "--headless", "--expect-workers", "1", "--master-bind-port", port, *FEW)
    worker = ("--worker", "--master-port", port)
    locust = Locust(tmp_path, service.url)
    # A worker is told by its master whom to ask.
    elsewhere = Locust(tmp_path, "http://127.0.0.1:9")
    with locust.running(*master) as first, elsewhere.running(*worker) as second:
        _, told = first.communicate(timeout=40)
        second.communicate(timeout=40)
    assert (first.returncode, second.returncode) == (0, 0), told
    assert last_words(told)[0].startswith("101 answered, 0 shed")


def test_a_master_tells_which_goal_its_workers_missed(tmp_path: Path):
    with server(in_turn(FAULT)) as asked:
        ended = Locust(tmp_path, asked.url)(*FEW, "--processes", "2")
    assert ended.status == 1
    words = [line for line in ended.said if "missed" in line]
    assert words == ["--max-failures 0 is missed by 101: 101 of 101 requests failed."]
