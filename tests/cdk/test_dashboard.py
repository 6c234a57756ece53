import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cdk import model, queries
from cdk.errors import SettingsError
from cdk.settings import Settings
from runtime.drift import Drift
from runtime.lambda_metrics import members
from tests.cdk.stacks import LABELS, ROOT, Stack, Synthesised, synthesise


def widgets(made: Synthesised) -> dict[str, dict[str, Any]]:
    """What each widget shows, by its title; a reference is there as the name that it refers to."""
    body = made.only("AWS::CloudWatch::Dashboard")["DashboardBody"]
    _, parts = body["Fn::Join"]
    text = "".join(part if isinstance(part, str) else str(*part.values())[:40] for part in parts)
    shown = [widget["properties"] for widget in json.loads(text)["widgets"]]
    return {properties["title"]: properties for properties in shown}


def names(properties: dict[str, Any]) -> list[str]:
    """The metrics of a graph, and what is calculated of some."""
    return [
        metric[0]["expression"] if isinstance(metric[0], dict) else metric[1]
        for metric in properties["metrics"]
    ]


def test_it_shows_what_an_alarm_makes_one_ask(stack: Stack):
    shown = widgets(stack())
    assert {title: names(shown[title]) for title in shown if "metrics" in shown[title]} == {
        "Requests": ["Invocations", "Url4xxCount"],
        "Duration, ms": ["Duration"] * 3,
        "Errors": ["Errors", "Url5xxCount"],
        "Throttles": ["Throttles"],
        "Concurrency": ["ConcurrentExecutions"],
        "Texts": ["texts", "texts"],
        "Labels": [f"label_{label}" for label in LABELS],
        "Drift, shares": [
            "unknown_words / words",
            *("unknown_words", "words"),
            "confidence_sum / texts",
            *("confidence_sum", "texts"),
        ],
    }
    assert [metric[-1]["stat"] for metric in shown["Duration, ms"]["metrics"]] == [
        "p50",
        "p95",
        "p99",
    ]
    assert len(shown["Alarms"]["alarms"]) == 5


def test_limits_are_drawn_where_their_alarms_ring(stack: Stack):
    shown = widgets(stack(reserved_concurrency=7, p99_ms=250))
    drawn = {title: shown[title]["annotations"] for title in shown if "annotations" in shown[title]}
    values = {title: found["horizontal"][0]["value"] for title, found in drawn.items()}
    assert values == {"Duration, ms": 250, "Concurrency": 7}


def test_warm_environments_are_shown_where_there_are_some(stack: Stack):
    title = "Warm environments at work"
    assert title not in widgets(stack())
    assert names(widgets(stack(provisioned_concurrency=2))[title]) == [
        "ProvisionedConcurrencyUtilization"
    ]


def test_cold_starts_are_read_out_of_the_functions_log(stack: Stack):
    source, *query = widgets(stack())["Cold starts"]["query"].split("|")
    assert source.startswith("SOURCE 'ServiceLog")
    assert tuple(line.strip() for line in query) == queries.COLD_STARTS


def test_what_is_paid_for_is_asked_for_as_the_function_writes_it(stack: Stack):
    line = members(dict.fromkeys(LABELS, 1), Drift(), "ServiceFunction", datetime.now(UTC))
    (written,) = line["_aws"]["CloudWatchMetrics"]
    shown = widgets(stack())
    asked = [
        metric
        for properties in shown.values()
        for metric in properties.get("metrics", [])
        if metric[0] == "fintone"
    ]
    assert {metric[1] for metric in asked} == {metric["Name"] for metric in written["Metrics"]}
    assert {metric[0] for metric in asked} == {written["Namespace"]}
    assert [[metric[2]] for metric in asked] == written["Dimensions"] * len(asked)
    assert {metric[3][:15] for metric in asked} == {line[written["Dimensions"][0][0]]}


def test_without_metrics_of_texts_there_are_no_graphs_of_them(stack: Stack):
    made = widgets(stack(metrics=False))
    assert widgets(stack()).keys() - made.keys() == {"Texts", "Labels", "Drift, shares"}


def test_a_graph_has_as_many_labels_as_one_can_tell_apart(tmp_path: Path):
    labels = [f"topic {number}" for number in range(600)]
    made = synthesise(tmp_path, Settings(), labels=labels)
    assert len(widgets(made)["Labels"]["metrics"]) == 100


def test_labels_are_those_of_the_committed_model():
    assert model.labels(ROOT / "onnx_models" / "metrics.json") == LABELS


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"labels": 3}'])
def test_a_model_without_labels_is_refused_with_what_to_do(content: str | None, tmp_path: Path):
    metrics = tmp_path / "metrics.json"
    if content is not None:
        metrics.write_text(content)
    with pytest.raises(SettingsError, match=r"metrics\.json has no labels: run make train export"):
        model.labels(metrics)
