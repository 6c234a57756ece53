"""One line of JSON for each request, never its text, and never an end to the service."""

import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from runtime.logs import LogLines
from runtime.record import Record
from tests.runtime.processes import ROOT, RunningService, environment, running


def test_a_request_is_one_line_that_counts_texts_and_labels(
    service: RunningService, client: httpx.Client
):
    secret = "secret merger rose"
    answer = client.post("/v1/classify", json={"texts": [secret, "fell", "rose"]})
    line = service.line_of(answer.headers["x-request-id"])
    datetime.fromisoformat(line.pop("time"))
    assert line.pop("ms") > 0
    assert line == {
        "level": "info",
        "request_id": answer.headers["x-request-id"],
        "method": "POST",
        "status": 200,
        "route": "/v1/classify",
        "texts": 3,
        "labels": {"bearish": 1, "bullish": 2},
    }
    assert "secret" not in service.log_file.read_text()


def test_times_are_utc_of_rfc_3339(service: RunningService, client: httpx.Client):
    answer = client.get("/health/live")
    time = service.line_of(answer.headers["x-request-id"])["time"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", time)


def test_a_refusal_is_logged_without_the_path_that_was_asked_for(
    service: RunningService, client: httpx.Client
):
    answer = client.get("/some/secret/path")
    line = service.line_of(answer.headers["x-request-id"])
    assert line["status"] == 404
    assert "route" not in line
    assert "secret/path" not in service.log_file.read_text()


@pytest.mark.parametrize(
    "headers",
    [
        {"x-request-id": "a-B_1.2:3"},
        {"x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678;Sampled=1"},
    ],
)
def test_a_sane_request_id_is_kept(
    service: RunningService, client: httpx.Client, headers: dict[str, str]
):
    (request_id,) = headers.values()
    answer = client.get("/health/live", headers=headers)
    assert answer.headers["x-request-id"] == request_id
    assert service.line_of(request_id)["status"] == 200


def test_the_callers_own_id_goes_before_the_trace(client: httpx.Client):
    headers = {"x-amzn-trace-id": "Root=1-2-3", "x-request-id": "mine"}
    assert client.get("/health/live", headers=headers).headers["x-request-id"] == "mine"


@pytest.mark.parametrize("request_id", ["", "x" * 129, "a b", 'a"b', "ä", "<b>"])
def test_any_other_request_id_is_replaced(client: httpx.Client, request_id: str):
    headers = {"x-request-id": request_id.encode(), "x-amzn-trace-id": request_id.encode()}
    echoed = client.get("/health/live", headers=headers).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", echoed)


def test_texts_are_logged_only_where_that_is_set(model_path: Path, tmp_path: Path):
    with running(tmp_path, MODEL=model_path, LOG_TEXT=1) as service:
        answer = httpx.post(f"{service.url}/v1/classify", json={"text": "Sales rose"})
        line = service.line_of(answer.headers["x-request-id"])
        page = httpx.get(f"{service.url}/health/live")
        assert "text" not in service.line_of(page.headers["x-request-id"])
    assert line["text"] == ["Sales rose"]


@pytest.mark.parametrize("redirection", [">&-", ">/dev/full", "| true"])
def test_a_log_that_cannot_be_written_does_not_stop_the_service(model_path: Path, redirection: str):
    command = f'"{sys.executable}" -m runtime {redirection}'
    settings = environment(MODEL=model_path, HOST="127.0.0.1", PORT=0, WORKERS=1)
    with subprocess.Popen(
        ["/bin/sh", "-c", f"echo $$ >&2; {command}"],
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as shell:
        assert shell.stderr is not None
        shell.stderr.readline()
        found = re.search(r"http://\S+", shell.stderr.readline())
        assert found is not None
        for _ in range(3):
            assert httpx.get(f"{found[0]}/health/live").status_code == 200
        os.killpg(shell.pid, 15)


def test_a_line_that_the_system_takes_in_pieces_is_completed():
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    lines = LogLines(writer, log_text=True)
    record = Record(b"id", 200, ["x" * 200_000], ["up"])
    lines.request(record, "POST", "/v1/classify", 1.0)  # the pipe takes 64 KiB, then would block
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        content = pipe.read()
    assert content.startswith(b'{"time":')
    assert 0 < len(content) < 200_000
