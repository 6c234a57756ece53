"""Real servers under wrk for a second; how fast anything is, no test says."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from bench.peers.graph import VARIABLE, Graph
from bench.server import main
from bench.server_choice import choose
from bench.server_field import FINTONE, NAMES, STARLETTE, Contender, Environments, contenders
from bench.server_pace import errors, one_by_one, paced, percentile
from bench.server_process import Server, ServerError, started
from bench.server_run import check
from bench.server_traffic import BATCH, SINGLE, Traffic, labels_in, read_traffic, to_file
from bench.server_wrk import saturate
from tests.runtime.processes import wait_for

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "onnx_models" / "sentiment.onnx"
NOWHERE = Path("/nowhere")

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="server and wrk need a core each",
)
needs_wrk = pytest.mark.skipif(
    shutil.which("wrk") is None, reason="wrk is not installed: `apt install wrk`"
)


@pytest.fixture(scope="module")
def traffic() -> Traffic:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(MODEL))
        return read_traffic(Graph())


@pytest.fixture(scope="module")
def field() -> dict[str, Contender]:
    nowhere = Environments(NOWHERE, NOWHERE, NOWHERE, MODEL)
    return {each.name: each for each in contenders(nowhere)}


@pytest.fixture(scope="module")
def server(
    field: dict[str, Contender], traffic: Traffic, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    contender = field[FINTONE]
    body = traffic.exchanges(SINGLE, contender.routes[SINGLE].body, checked=True)[0].body
    with started(contender, body, last_core(), tmp_path_factory.mktemp("server")) as running:
        yield running


def last_core() -> int:
    return max(os.sched_getaffinity(0))


def first_core() -> int:
    return min(os.sched_getaffinity(0))


def test_all_servers_have_a_name(field: dict[str, Contender]):
    assert tuple(field) == NAMES


def test_servers_that_are_not_installed_are_left_out_and_named():
    field, absent = choose(None, Environments(NOWHERE, NOWHERE, NOWHERE, MODEL))
    assert [each.name for each in field] == [FINTONE, "asgi", STARLETTE]
    assert len(absent) == len(NAMES) - len(field)
    assert absent["MLServer"] == (
        "not measured, /nowhere/bin/mlserver is not there, and `make bench-server` installs it"
        " (on a Python before 3.13)"
    )


def test_texts_and_labels_are_asked_for_in_the_same_order(traffic: Traffic):
    of_text = {ask.texts[0]: ask.labels[0] for ask in traffic.asks[SINGLE]}
    assert set(of_text.values()) == set(traffic.names)
    for ask in traffic.asks[BATCH]:
        assert len(ask.texts) == 32
        assert ask.labels == tuple(of_text[text] for text in ask.texts)


@pytest.mark.parametrize(
    "answer",
    [
        {"result": {"label": "up", "score": 0.5, "probabilities": {"up": 0.5, "down": 0.5}}},
        {"Raw Text": "up and down", "Categories": "up"},
        {"outputs": [{"name": "label", "data": ["up"]}, {"data": [0.5, 0.5]}]},
    ],
)
def test_labels_are_found_in_any_shape_of_answer(answer: object):
    assert labels_in(answer, ("down", "up")) == ("up",)


@pytest.mark.parametrize("kind", [SINGLE, BATCH])
def test_the_service_answers_as_the_graph_does(server: Server, traffic: Traffic, kind: str):
    exchanges = traffic.exchanges(kind, server.contender.routes[kind].body, checked=True)
    check(server, kind, exchanges, traffic.names)


def test_a_wrong_answer_is_found_before_anything_is_timed(server: Server, traffic: Traffic):
    (exchange, *_) = traffic.exchanges(SINGLE, server.contender.routes[SINGLE].body, checked=True)
    wrong = replace(exchange, labels=("other",))
    with pytest.raises(ServerError, match=r"^this service answered .*, and the graph says other"):
        check(server, SINGLE, [wrong], traffic.names)


@needs_wrk
@pytest.mark.parametrize("kind", [SINGLE, BATCH])
def test_wrk_checks_all_answers(server: Server, traffic: Traffic, kind: str, tmp_path: Path):
    route = server.contender.routes[kind]
    exchanges = traffic.exchanges(kind, route.body, checked=True)
    to_file(exchanges, traffic.names, tmp_path / "right")
    right = saturate(server, route.path, tmp_path / "right", 1, first_core())
    assert (right.errors, right.requests > 0, right.p50 <= right.p99) == (0, True, True)
    others = [replace(each, labels=(*each.labels[:-1], "other")) for each in exchanges]
    to_file(others, traffic.names, tmp_path / "wrong")
    wrong = saturate(server, route.path, tmp_path / "wrong", 1, first_core())
    assert wrong.errors == wrong.requests
    missing = saturate(server, "/missing", tmp_path / "right", 1, first_core())
    assert missing.errors == missing.requests


def test_requests_come_at_the_rate_that_was_asked_for(server: Server, traffic: Traffic):
    route = server.contender.routes[SINGLE]
    exchanges = traffic.exchanges(SINGLE, route.body, checked=True)
    answers = paced(server, route.path, exchanges, rate=100, seconds=1, core=first_core())
    # Random times: a hundred with a standard deviation of ten.
    assert 50 < len(answers) < 150
    assert errors(answers, traffic.names) == 0
    assert all(answer.milliseconds > 0 for answer in answers)
    wrong = [replace(each, exchange=replace(each.exchange, labels=("other",))) for each in answers]
    assert errors(wrong, traffic.names) == len(wrong)


def test_a_refusal_counts_as_an_error(server: Server, traffic: Traffic):
    exchanges = traffic.exchanges(SINGLE, lambda texts: {"text": ""}, checked=True)
    answers = one_by_one(server, "/v1/classify", exchanges, 3, first_core())
    assert errors(answers, traffic.names) == len(answers) == 3


def test_a_server_that_is_suspended_takes_no_time(server: Server):
    server.suspend()
    try:
        wait_for(lambda: server.process.status() == psutil.STATUS_STOPPED or None)
    finally:
        server.resume()


def test_percentiles_are_times_that_were_measured():
    times = [float(number) for number in range(1, 102)]
    assert [percentile(times, share) for share in (0, 0.5, 0.99, 1)] == [1, 51, 100, 101]


@pytest.mark.parametrize(
    ("program", "patience", "sentence"),
    [
        (
            "print('no such file'); raise SystemExit(1)",
            60,
            "ended before it answered: no such file",
        ),
        ("import time; time.sleep(60)", 0.3, "did not answer within 0.3 s: it printed nothing"),
    ],
)
def test_a_server_that_does_not_answer_is_one_sentence(
    field: dict[str, Contender], tmp_path: Path, program: str, patience: float, sentence: str
):
    broken = replace(field[FINTONE], command=(sys.executable, "-c", program))
    with (
        pytest.raises(ServerError, match=f"^this service {sentence}$"),
        started(broken, b"{}", last_core(), tmp_path, patience),
    ):
        pass


def test_nothing_of_a_server_is_left_and_the_core_is_given_back(
    field: dict[str, Contender], traffic: Traffic, tmp_path: Path
):
    before = os.sched_getaffinity(0)
    with started(field[STARLETTE], b"{}", last_core(), tmp_path) as running:
        assert running.process.cpu_affinity() == [last_core()]
        assert os.sched_getaffinity(0) == before
    assert not running.process.is_running()


@needs_wrk
def test_a_short_run_writes_page_figures_and_plot(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    short = ["--only", f"{FINTONE},{STARLETTE}", "--seconds", "1", "--rounds", "1"]
    assert main([*short, "--model", str(MODEL), "--write", str(tmp_path)]) == 0
    assert "Starlette, a constant" in capfd.readouterr().out
    document = json.loads((tmp_path / "server.json").read_text())
    assert [(each["server"], each["kind"]) for each in document["rows"]] == [
        (FINTONE, SINGLE),
        (FINTONE, BATCH),
        (STARLETTE, SINGLE),
    ]
    assert all(len(each["turns"]) == 1 for each in document["rows"])
    assert min(document["service_ms"]) > 0
    assert document["half_load"]["errors"] == 0
    assert "starlette" in document["versions"][FINTONE]
    assert (tmp_path / "server.md").read_text().startswith("# The server under load")
    assert "this service" in (tmp_path / "server.svg").read_text()


@needs_wrk
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--write", "/nowhere"], "/nowhere is no folder: name one with --write."),
        (["--model", "/nowhere"], "/nowhere is not there: name a graph with --model."),
        (
            ["--only", "bentoml", "--peers", "/nowhere"],
            "BentoML cannot be started: /nowhere/bin/bentoml is not there, and `make bench-server`"
            " installs it.",
        ),
    ],
)
def test_a_mistake_is_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["--model", str(MODEL), *arguments]) == 1
    assert capsys.readouterr().err == f"{sentence}\n"


def test_without_wrk_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["--only", FINTONE, "--model", str(MODEL)]) == 1
    assert capsys.readouterr().err == "wrk is not installed: install it with `apt install wrk`.\n"


def test_one_core_is_not_enough(affinity: set[int], capsys: pytest.CaptureFixture[str]):
    if shutil.which("wrk") is None:
        pytest.skip("wrk is not installed: `apt install wrk`")
    os.sched_setaffinity(0, {max(affinity)})
    assert main(["--only", FINTONE, "--model", str(MODEL)]) == 1
    assert capsys.readouterr().err == (
        "Server and wrk need a core each: give this process two cores.\n"
    )


@pytest.mark.parametrize(
    "arguments", [["--seconds", "0"], ["--rounds", "many"], ["--only", "nginx"]]
)
def test_a_wrong_option_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_the_peers_run_the_graph_with_the_versions_that_serve_it():
    found = {
        lock: dict(
            line.split(" ")[0].split("==")
            for line in (ROOT / "requirements" / f"{lock}.txt").read_text().splitlines()
            if "==" in line and line[0].isalnum()
        )
        for lock in ("serve", "peers", "mlserver")
    }
    for package in ("onnxruntime", "uvicorn", "uvloop", "httptools"):
        assert found["peers"][package] == found["mlserver"][package] == found["serve"][package]
