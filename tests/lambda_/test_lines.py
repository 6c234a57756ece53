"""The log as CloudWatch reads it: one line of JSON for each invocation."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from runtime.invocations import Invocations
from runtime.lambda_logs import InvocationLines
from runtime.record import Record
from tests.lambda_.conftest import InvocationContext
from tests.lambda_.emulator import Emulator, emulated, recorded

TRACE = "1-67a1c2d3-0123456789abcdef01234567"
# What test_metrics.py is about.
METRICS = ("_aws", "FunctionName", "words", "unknown_words", "confidence_sum", "label_positive")


def line_of(emulator: Emulator, event: object) -> dict[str, Any]:
    """The one line that an event leaves in the log."""
    before = len(emulator.lines())
    emulator.invoke(event)
    return emulator.last_line(before)


def test_a_direct_invocation_is_one_line_with_lambdas_request_id(emulator: Emulator):
    line = line_of(emulator, {"texts": ["Profit rose", "Profit rose"]})
    started = re.findall(r"^START RequestId: (\S+)", emulator.output(), re.MULTILINE)[-1]
    assert line.pop("ms") > 0
    assert datetime.fromisoformat(line.pop("timestamp")).tzinfo is not None
    assert {name: value for name, value in line.items() if name not in METRICS} == {
        "level": "INFO",
        "request_id": started,
        "aws_request_id": started,
        "method": "INVOKE",
        "status": 200,
        "texts": 2,
        "labels": {"positive": 2},
    }


def test_an_http_event_is_one_line_with_lambdas_request_id_and_the_trace(emulator: Emulator):
    line = line_of(emulator, recorded("function_url_post"))
    started = re.findall(r"^START RequestId: (\S+)", emulator.output(), re.MULTILINE)[-1]
    assert line["request_id"] == line["aws_request_id"] == started
    assert line["xray_trace_id"] == TRACE
    assert (line["method"], line["route"], line["status"]) == ("POST", "/v1/classify", 200)
    assert "time" not in line


def test_the_callers_own_id_is_echoed_and_lambdas_stands_beside_it(emulator: Emulator):
    event = recorded("function_url_post")
    event["headers"]["x-request-id"] = "mine-1"
    before = len(emulator.lines())
    assert emulator.invoke(event)["headers"]["x-request-id"] == "mine-1"
    line = emulator.last_line(before)
    assert line["request_id"] == "mine-1"
    assert re.fullmatch("[0-9a-f-]{36}", line["aws_request_id"])


def test_a_refusal_is_logged_without_the_path_or_the_text(emulator: Emulator):
    event = recorded("function_url_post")
    event["requestContext"]["http"]["path"] = "/secret/path"
    line_of(emulator, event)
    line = line_of(emulator, {"text": "secret \ud800"})
    assert (line["level"], line["status"]) == ("INFO", 422)
    assert "secret" not in emulator.output()


def test_texts_are_logged_only_where_that_is_set(tmp_path: Path):
    with emulated(tmp_path, LOG_TEXT=1) as function:
        assert line_of(function, {"text": "Profit rose"})["text"] == ["Profit rose"]
        assert "text" not in line_of(function, {"warm": True})


def test_json_mode_and_a_lower_log_level_add_no_lines(tmp_path: Path):
    variables = {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "INFO"}
    with emulated(tmp_path, variables) as function:
        line_of(function, recorded("function_url_post"))
        line_of(function, {"text": "Profit rose"})
        assert len(function.lines()) == 2


@pytest.mark.parametrize(
    ("variable", "header", "logged"),
    [
        (f"Root={TRACE};Parent=53995c3f42cd8ad8;Sampled=1", b"", TRACE),
        (f"Root={TRACE};Parent=53995c3f42cd8ad8;Sampled=1", b"Root=1-2-3", TRACE),
        ("", f"Self=1-2-3;Root={TRACE}".encode(), TRACE),
        ("", b"", None),
        ("nonsense", b"", None),
    ],
)
def test_the_trace_is_lambdas_or_else_the_clients(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    variable: str,
    header: bytes,
    logged: str | None,
):
    monkeypatch.setenv("_X_AMZN_TRACE_ID", variable)
    InvocationLines(1).request(Record(b"id", 200, trace=header), "INVOKE", None, 1.0)
    found = re.search('"xray_trace_id":"(.+?)"', capfd.readouterr().out)
    assert (found[1] if found else None) == logged


@pytest.mark.parametrize(
    ("level", "written"), [("info", "INFO"), ("warning", "WARN"), ("critical", "FATAL")]
)
def test_levels_are_those_that_lambda_filters_by(
    capfd: pytest.CaptureFixture[str], level: str, written: str
):
    InvocationLines(1).event(level, "hello")
    assert f'"level":"{written}"' in capfd.readouterr().out


def test_mangum_writes_no_line_of_its_own(
    invocations: Invocations, context: InvocationContext, capfd: pytest.CaptureFixture[str]
):
    invocations(recorded("function_url_get"), context)
    assert len(capfd.readouterr().out.splitlines()) == 1
