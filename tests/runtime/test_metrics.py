"""`GET /metrics`: what Prometheus reads, of one worker and of several."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from runtime import server
from runtime.metrics import BOUNDS, Counts, total
from runtime.metrics_files import CountFiles
from runtime.model import Model
from runtime.record import Record
from runtime.server import WorkerError
from runtime.settings import Settings
from runtime.workplace import Workplace
from tests.runtime.processes import RunningService, program, running, wait_for

CLASSIFY = {"route": "/v1/classify", "method": "POST", "status": "200"}


@pytest.fixture
def fresh(model_path: Path, tmp_path: Path) -> Iterator[RunningService]:
    """A service that nobody has asked for anything."""
    with running(tmp_path, MODEL=model_path) as service:
        yield service


def samples(service: RunningService, name: str) -> dict[tuple[tuple[str, str], ...], float]:
    """The samples of a name, by their labels."""
    shown = httpx.get(f"{service.url}/metrics", timeout=30).text
    return {
        tuple(sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(shown)
        for sample in family.samples
        if sample.name == f"fintone_{name}"
    }


def number(service: RunningService, name: str, **labels: str) -> float:
    return samples(service, name).get(tuple(sorted(labels.items())), 0.0)


def ask(service: RunningService, *texts: str) -> httpx.Response:
    return httpx.post(f"{service.url}/v1/classify", json={"texts": texts}, timeout=30)


def test_requests_are_counted_by_route_method_and_status(fresh: RunningService):
    ask(fresh, "rose")
    ask(fresh, "fell")
    ask(fresh, " ")
    httpx.get(f"{fresh.url}/v1/classify")
    assert samples(fresh, "requests_total") == {
        tuple(sorted(CLASSIFY.items())): 2,
        (("method", "POST"), ("route", "/v1/classify"), ("status", "422")): 1,
        (("method", "GET"), ("route", "/v1/classify"), ("status", "405")): 1,
    }


def test_unknown_paths_are_counted_together(fresh: RunningService):
    for path in ("/a", "/b", "/v2/models/other/infer", "/%00"):
        httpx.get(fresh.url + path)
    labels = {"route": "unknown", "method": "GET", "status": "404"}
    assert samples(fresh, "requests_total") == {tuple(sorted(labels.items())): 4}


def test_texts_words_confidence_and_labels_are_counted(fresh: RunningService):
    answer = ask(fresh, "Sales rose", "Sales fell", "rose").json()
    assert number(fresh, "texts_total") == 3
    assert number(fresh, "words_total") == 5
    assert number(fresh, "unknown_words_total") == 2
    scores = sum(result["score"] for result in answer["results"])
    assert number(fresh, "confidence_total") == pytest.approx(scores)
    assert samples(fresh, "labels_total") == {
        (("label", "bearish"),): 1,
        (("label", "bullish"),): 2,
    }


ONE_TEXT = [{"name": "text", "shape": [1], "datatype": "BYTES", "data": ["Sales rose"]}]


@pytest.mark.parametrize(
    ("path", "request_"),
    [
        ("/process_text", {"payload": "Sales rose"}),
        ("/v1/explain", {"text": "Sales rose"}),
        ("/predict", {"inputs": "Sales rose"}),
        ("/v2/models/fintone/infer", {"inputs": ONE_TEXT}),
    ],
)
def test_every_route_that_takes_texts_counts_them_once(
    service: RunningService, path: str, request_: object
):
    names = ("texts_total", "words_total", "unknown_words_total", "confidence_total")
    before = [number(service, name) for name in names]
    answer = httpx.post(service.url + path, json=request_)
    assert answer.status_code == 200, answer.text
    counted = [number(service, name) - start for name, start in zip(names, before, strict=True)]
    assert counted[:3] == [1, 2, 1]
    assert 0.5 < counted[3] < 1


def test_durations_are_a_histogram_by_route(fresh: RunningService):
    for _ in range(3):
        ask(fresh, "rose")
    buckets = samples(fresh, "request_duration_seconds_bucket")
    reached = [value for labels, value in buckets.items() if ("route", "/v1/classify") in labels]
    assert len(reached) == len(BOUNDS) + 1
    assert sorted(reached) == reached
    assert reached[-1] == number(fresh, "request_duration_seconds_count", route="/v1/classify") == 3
    assert 0 < number(fresh, "request_duration_seconds_sum", route="/v1/classify") < 3


def test_it_is_text_that_is_not_stored(service: RunningService, client: httpx.Client):
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert answer.headers["cache-control"] == "no-store"
    assert client.head("/metrics").content == b""


def test_they_can_be_left_out(model_path: Path, tmp_path: Path):
    with running(tmp_path, MODEL=model_path, METRICS=0, WORKERS=2) as service:
        assert ask(service, "rose").status_code == 200
        assert httpx.get(f"{service.url}/metrics", timeout=30).status_code == 404
        assert "/metrics" not in httpx.get(f"{service.url}/openapi.json").json()["paths"]


def test_the_library_is_not_imported_before_somebody_asks():
    code = "import sys, runtime.server; print('prometheus_client' in sys.modules)"
    result = program(code)
    assert result.stdout == "False\n"


# Several workers


def test_whichever_worker_is_asked_answers_for_all_even_for_one_that_was_killed(
    model_path: Path, tmp_path: Path
):
    def answered() -> float:
        return number(service, "requests_total", **CLASSIFY)

    with running(tmp_path, MODEL=model_path, WORKERS=2) as service:
        for _ in range(20):
            ask(service, "rose")
        wait_for(lambda: answered() == 20 or None)
        folder = folder_of(service)
        victim, _ = wait_for(lambda: two(folder))
        os.kill(int(victim.name), signal.SIGKILL)
        wait_for(lambda: victim not in (two(folder) or [victim]) or None)
        assert answered() == 20
        ask(service, "rose")
        wait_for(lambda: answered() == 21 or None)
        wait_for(lambda: number(service, "requests_in_flight") == 1 or None)
        assert service.stop() == 0
    assert not folder.exists()


def folder_of(service: RunningService) -> Path:
    """Where the workers of a service save their counts: in files that their processes name."""
    process = service.process.pid
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    place = server._MEMORY if os.access(server._MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    (folder,) = {path.parent for path in place.glob("fintone-*/*") if path.name in children}
    return folder


def two(folder: Path) -> list[Path] | None:
    found = [path for path in folder.iterdir() if path.name.isdigit()]
    return found if len(found) == 2 else None


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def counted(requests: int, in_flight: int = 0) -> Counts:
    counts = Counts(in_flight=in_flight)
    for _ in range(requests):
        counts.count(Record(b"id", 200, ["text"], ["up"]), "POST", "/v1/classify", 1.0)
    return counts


def save_as(folder: Path, process: int, counts: Counts) -> None:
    (folder / str(process)).write_bytes(msgspec.msgpack.encode(counts))


def test_a_new_worker_goes_on_from_the_counts_of_one_that_ended(tmp_path: Path):
    save_as(tmp_path, ended_process(), counted(3, in_flight=2))
    save_as(tmp_path, os.getppid(), counted(5, in_flight=1))
    files = CountFiles(tmp_path)
    adopted = files.adopt()
    assert (adopted.labels, adopted.in_flight) == ({"up": 3}, 0)
    assert {path.name for path in tmp_path.iterdir()} == {str(os.getpid()), str(os.getppid())}
    adopted.count(Record(b"id", 200, ["text"], ["up"]), "POST", "/v1/classify", 1.0)
    files.save(adopted)
    (other,) = files.others()
    assert total([adopted, other]).labels == {"up": 9}
    assert total([adopted, other]).in_flight == 1


def test_the_first_workers_have_nothing_to_go_on_from(tmp_path: Path):
    save_as(tmp_path, os.getppid(), counted(5))
    assert CountFiles(tmp_path).adopt() == Counts()


def test_an_ended_worker_that_nobody_replaced_has_nothing_in_flight(tmp_path: Path):
    save_as(tmp_path, ended_process(), counted(2, in_flight=7))
    (ended,) = CountFiles(tmp_path).others()
    assert (ended.labels, ended.in_flight) == ({"up": 2}, 0)


def test_a_file_that_another_worker_takes_meanwhile_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    save_as(tmp_path, ended_process(), counted(3))
    (path,) = tmp_path.iterdir()
    taken = tmp_path / str(os.getppid())
    path.rename(taken)
    listings = iter([[path], [taken]])
    monkeypatch.setattr(Path, "iterdir", lambda _: next(listings))
    monkeypatch.setattr(Path, "glob", lambda *_: [path])
    files = CountFiles(tmp_path)
    assert files.adopt() == Counts()
    (other,) = files.others()
    assert other.labels == {"up": 3}


def test_counts_that_cannot_be_saved_do_not_stop_a_worker(model: Model, tmp_path: Path):
    files = CountFiles(tmp_path / "cleared away")
    worker = Workplace(Settings(), files).worker(model)
    asyncio.run(worker.every_second())


@pytest.mark.parametrize("metrics", [0, 1])
def test_workers_whose_parent_was_killed_end_and_clear_up(
    model_path: Path, tmp_path: Path, metrics: int
):
    with running(tmp_path, MODEL=model_path, WORKERS=2, METRICS=metrics) as service:
        assert ask(service, "rose").status_code == 200
        folders = [folder_of(service)] if metrics else []
        service.process.kill()
        wait_for(lambda: ended(service))
    assert not any(folder.exists() for folder in folders)


def ended(service: RunningService) -> bool | None:
    """Whether nobody listens any more."""
    try:
        service.connect().close()
    except ConnectionRefusedError:
        return True
    return None


def test_without_a_place_for_the_counts_of_workers_one_sentence_says_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(server, "_MEMORY", tmp_path / "none")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with (
        pytest.raises(WorkerError, match="set TMPDIR to one, or FINTONE_METRICS=0"),
        server._folder(Settings()),
    ):
        raise AssertionError


NUMBERS = st.lists(st.sampled_from(["up", "down"]), max_size=5)


@settings(deadline=None)
@given(st.lists(st.tuples(NUMBERS, st.sampled_from([200, 404]), st.floats(0, 1000)), max_size=20))
def test_workers_together_have_counted_what_one_would_have(
    requests: list[tuple[list[str], int, float]],
):
    alone, workers = Counts(), [Counts(), Counts(), Counts()]
    for place, (labels, status, milliseconds) in enumerate(requests):
        record = Record(b"id", status, labels, labels)
        for counts in (alone, workers[place % 3]):
            counts.count(record, "POST", "/v1/classify", milliseconds)
    together = total(workers)
    assert together.labels == alone.labels
    assert together.requests.keys() == alone.requests.keys()
    for key, durations in alone.requests.items():
        assert together.requests[key] == pytest.approx(durations)
