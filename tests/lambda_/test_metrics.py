"""The metrics in the log's lines, as CloudWatch takes them out of it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.drift import Drift
from runtime.lambda_metrics import members
from tests.lambda_.emulator import Emulator, emulated, recorded
from tests.runtime import graphs
from tests.runtime.processes import program

SCHEMA = json.loads(Path(__file__).with_name("embedded_metrics.schema.json").read_text())


def metrics_of(line: Mapping[str, Any]) -> dict[str, float]:
    """The metrics that a line has, after holding it against the format."""
    jsonschema.validate(line, SCHEMA)
    found = {}
    for directive in line["_aws"]["CloudWatchMetrics"]:
        for name in (name for names in directive["Dimensions"] for name in names):
            assert 1 <= len(line[name]) <= 1024
        for metric in directive["Metrics"]:
            assert type(line[metric["Name"]]) in (int, float)
            assert metric["Name"] not in found
            found[metric["Name"]] = line[metric["Name"]]
    return found


def line_of(emulator: Emulator, event: object) -> tuple[dict[str, Any], Any]:
    """The one line that an event leaves in the log, and its answer."""
    before = len(emulator.lines())
    answer = emulator.invoke(event)
    return emulator.last_line(before), answer


def test_a_direct_invocation_counts_texts_words_confidence_and_labels(tmp_path: Path):
    model = graphs.write(tmp_path, graphs.model_bytes())
    with emulated(tmp_path, MODEL=model) as function:
        line, answer = line_of(function, {"texts": ["Sales rose", "Sales fell", "rose"]})
    assert metrics_of(line) == {
        "texts": 3,
        "words": 5,
        "unknown_words": 2,
        "confidence_sum": pytest.approx(sum(r["score"] for r in answer["results"]), abs=1e-5),
        "label_bearish": 1,
        "label_bullish": 2,
    }
    moment = datetime.fromtimestamp(line["_aws"]["Timestamp"] / 1000, UTC)
    assert abs((moment - datetime.fromisoformat(line["timestamp"])).total_seconds()) < 0.002


@pytest.mark.parametrize(
    "name", ["function_url_post", "api_gateway_v1_post", "alb_multi_value_post"]
)
def test_an_http_event_counts_the_same_as_its_direct_invocation(emulator: Emulator, name: str):
    event = recorded(name)
    line, _ = line_of(emulator, event)
    direct, _ = line_of(emulator, json.loads(event["body"]))
    assert metrics_of(line) == metrics_of(direct)


def test_metrics_are_those_of_the_function(emulator: Emulator):
    line, _ = line_of(emulator, {"text": "Profit rose"})
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "fintone"
    assert directive["Dimensions"] == [["FunctionName"]]
    assert line["FunctionName"] == "test_function"  # the emulator's name for all


@pytest.mark.parametrize("event", [{"warm": True}, {"text": " "}, {}])
def test_a_line_without_texts_has_no_metrics(emulator: Emulator, event: object):
    line, _ = line_of(emulator, event)
    assert "_aws" not in line


def test_metrics_are_left_out_where_that_is_set(tmp_path: Path):
    with emulated(tmp_path, METRICS=0) as function:
        line, _ = line_of(function, {"text": "Profit rose"})
    assert line["labels"] == {"positive": 1}
    assert not line.keys() & {"_aws", "FunctionName", "words", "label_positive"}


def test_what_only_the_server_needs_is_not_imported():
    code = (
        "import sys, runtime.lambda_handler;"
        "print({'prometheus_client', 'runtime.metrics', 'runtime.admission'} & sys.modules.keys())"
    )
    shown = program(code).stdout
    assert shown == "set()\n"


@settings(deadline=None)
@given(st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1, max_size=200), st.just(1)))
def test_any_labels_are_metrics_of_the_format(labels: dict[str, int]):
    time = datetime(2026, 11, 22, tzinfo=UTC)
    line = {"texts": len(labels), **members(labels, Drift(9, 1, 0.5), "function", time)}
    metrics = metrics_of(msgspec.json.decode(msgspec.json.encode(line)))
    assert len(metrics) == 4 + len(labels)


def test_more_metrics_than_a_directive_takes_are_in_several():
    labels = {f"topic {number}": 1 for number in range(250)}
    line = {"texts": 250, **members(labels, Drift(), "function", datetime.now(UTC))}
    assert len(metrics_of(line)) == 254
