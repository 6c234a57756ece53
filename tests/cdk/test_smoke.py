"""The smoke test against the real service, and against services that are wrong in one thing."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cdk.gate import gate, unchanged
from tests.cdk.smoked import Smoke
from tests.runtime import graphs
from tests.runtime.processes import ROOT, running

NAMES = ["ready", "classify", "batch", "wrong request", "process_text", "headers", "latency"]
KEY = "correct-horse-battery-staple"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("service")) as service:
        yield service.url


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("keyed"), API_KEY=KEY) as service:
        yield service.url


@pytest.fixture
def smoke(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Smoke:
    return Smoke(monkeypatch, capsys)


def test_a_service_that_works_passes_every_check(smoke: Smoke, service: str):
    outcome = smoke(service)
    assert (outcome.status, outcome.held, outcome.failed) == (0, NAMES, [])
    assert outcome.line("classify").split()[2] == "negative"


def test_the_command_says_so_by_its_exit_status_too(service: str):
    command = [sys.executable, "-m", "cdk.smoke", service + "/"]
    environment = dict(os.environ) | {"AWS_EC2_METADATA_DISABLED": "true"}
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith(" ms of 20 warm requests\n")


def test_a_service_that_is_too_slow_fails_with_its_figures(smoke: Smoke, service: str):
    outcome = smoke(service, "--p95-ms", "0", "--requests", "3")
    assert (outcome.status, outcome.failed) == (1, ["latency"])
    assert "of 3 warm requests, over 0 ms" in outcome.line("latency")


def test_another_graph_than_the_deployed_one_is_told_by_its_labels(smoke: Smoke, tmp_path: Path):
    model = graphs.write(tmp_path, graphs.model_bytes())
    with running(tmp_path, MODEL=model) as other:
        outcome = smoke(other.url)
        assert (outcome.status, outcome.failed) == (1, ["classify", "batch", "process_text"])
        assert "bearish, bullish and not negative, neutral" in outcome.line("classify")
        metrics = tmp_path / "metrics.json"
        metrics.write_text(json.dumps({"labels": graphs.TWO}))
        assert smoke(other.url, "--metrics", str(metrics)).status == 0


# The API key


def test_the_key_is_sent_and_a_request_without_it_has_to_be_refused(
    smoke: Smoke, keyed: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FINTONE_API_KEY", KEY)
    outcome = smoke(keyed)
    assert (outcome.status, outcome.held) == (0, [*NAMES[:-1], "API key", "latency"])


@pytest.mark.parametrize("key", ["", "another-key-than-that-of-the-service"])
def test_a_wrong_key_fails_with_the_variable_to_set(
    smoke: Smoke, keyed: str, monkeypatch: pytest.MonkeyPatch, key: str
):
    monkeypatch.setenv("FINTONE_API_KEY", key)
    outcome = smoke(keyed)
    assert (outcome.status, outcome.held[0]) == (1, "ready")
    assert "401" in outcome.line("classify")
    assert outcome.line("classify").endswith("set FINTONE_API_KEY to the key of this service.")


def test_a_service_that_asks_for_no_key_though_one_is_given_fails(
    smoke: Smoke, service: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OF_THE_SMOKE_TEST", KEY)
    outcome = smoke(service, "--api-key-env", "OF_THE_SMOKE_TEST")
    assert (outcome.status, outcome.failed) == (1, ["API key"])
    assert "api_key_secret" in outcome.line("API key")


# Services that are wrong in one thing


Edit = Callable[[dict[str, Any]], object]


def score(answer: dict[str, Any]) -> None:
    answer["result"]["score"] = 0.1


def label(answer: dict[str, Any]) -> None:
    answer["result"]["label"] = "neutral"


def probabilities(answer: dict[str, Any]) -> None:
    answer["result"]["probabilities"]["neutral"] += 0.01


def order(answer: dict[str, Any]) -> None:
    answer["results"].reverse()


@pytest.mark.parametrize(
    ("path", "edit", "failed"),
    [
        ("/health/ready", lambda answer: answer.update(status="live"), "ready"),
        ("/health/ready", lambda answer: answer.pop("model"), "ready"),
        ("/v1/classify", score, "classify"),
        ("/v1/classify", label, "classify"),
        ("/v1/classify", probabilities, "classify"),
        ("/v1/classify", lambda answer: answer.pop("result"), "classify"),
        ("/v1/classify", order, "batch"),
        ("/v1/classify", lambda answer: answer["results"].pop(), "batch"),
        ("/v1/classify", lambda answer: answer.pop("detail"), "wrong request"),
        ("/process_text", lambda answer: answer.update({"Raw Text": ""}), "process_text"),
        ("/process_text", lambda answer: answer.update(Categories="bullish"), "process_text"),
    ],
)
def test_an_answer_that_is_wrong_in_one_thing_fails_its_check(
    smoke: Smoke, service: str, path: str, edit: Edit, failed: str
):
    def change(asked: str, answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = unchanged(asked, answer)
        if asked == path:
            content = json.loads(body)
            try:
                edit(content)
            except KeyError:  # an answer of this path that has no such part
                return status, headers, body
            body = json.dumps(content).encode()
        return status, headers, body

    with gate(service, change=change) as url:
        outcome = smoke(url)
    assert outcome.status == 1
    assert failed in outcome.failed


@pytest.mark.parametrize("header", ["x-request-id", "cache-control", "x-content-type-options"])
def test_a_header_that_is_lost_on_the_way_is_named(smoke: Smoke, service: str, header: str):
    def change(asked: str, answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = unchanged(asked, answer)
        headers.pop(header)
        return status, headers, body

    with gate(service, change=change) as url:
        outcome = smoke(url)
    assert (outcome.status, outcome.failed) == (1, ["headers"])
    assert f"{header} is None and not" in outcome.line("headers")


@pytest.mark.parametrize("status", [404, 429, 502])
def test_a_url_that_is_not_ready_fails_and_ends_the_smoke_test(
    smoke: Smoke, service: str, status: int
):
    with gate(service, change=lambda *_: (status, {}, b"<html>no</html>")) as url:
        outcome = smoke(url)
    assert (outcome.status, outcome.failed, outcome.held) == (1, ["ready"], [])
    assert f"{status} and not 200, '<html>no</html>'" in outcome.line("ready")
    assert outcome.output.endswith("The other checks were left out.\n")


def test_a_page_instead_of_a_service_fails(smoke: Smoke, service: str):
    page = {"content-type": "text/html"}
    with gate(service, change=lambda *_: (200, page, b"welcome")) as url:
        outcome = smoke(url)
    assert (outcome.status, outcome.failed) == (1, ["ready"])
