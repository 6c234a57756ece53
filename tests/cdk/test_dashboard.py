import json
from pathlib import Path
from typing import Any

import pytest

from cdk import model, queries
from cdk.errors import SettingsError
from tests.cdk.stacks import LABELS, ROOT, Stack, Synthesised


def widgets(made: Synthesised) -> dict[str, dict[str, Any]]:
    """What each widget shows, by its title; a reference is there as the name that it refers to."""
    body = made.only("AWS::CloudWatch::Dashboard")["DashboardBody"]
    _, parts = body["Fn::Join"]
    text = "".join(part if isinstance(part, str) else str(*part.values())[:40] for part in parts)
    shown = [widget["properties"] for widget in json.loads(text)["widgets"]]
    return {properties["title"]: properties for properties in shown}


def names(properties: dict[str, Any]) -> list[str]:
    return [metric[1] for metric in properties["metrics"]]


def test_it_shows_what_an_alarm_makes_one_ask(stack: Stack):
    shown = widgets(stack())
    assert {title: names(shown[title]) for title in shown if "metrics" in shown[title]} == {
        "Requests": ["Invocations", "Url4xxCount"],
        "Duration, ms": ["Duration"] * 3,
        "Errors": ["Errors", "Url5xxCount"],
        "Throttles": ["Throttles"],
        "Concurrency": ["ConcurrentExecutions"],
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


def test_cold_starts_and_labels_are_read_out_of_the_functions_log(stack: Stack):
    shown = widgets(stack())
    for title, lines in (
        ("Cold starts", queries.COLD_STARTS),
        ("Labels", queries.labels_counted(LABELS)),
    ):
        source, *query = shown[title]["query"].split("|")
        assert source.startswith("SOURCE 'ServiceLog")
        assert tuple(line.strip() for line in query) == lines


def test_each_label_is_counted():
    assert queries.labels_counted(["up", "very down", "ουδέτερο"]) == (
        "filter ispresent(texts)",
        "stats sum(labels.up), sum(`labels.very down`), sum(`labels.ουδέτερο`) by bin(5m)",
    )


def test_a_label_that_cannot_be_asked_for_leaves_the_others():
    _, counts = queries.labels_counted(["up", "do`wn"])
    assert counts == "stats sum(labels.up) by bin(5m)"


def test_labels_are_those_of_the_committed_model():
    assert model.labels(ROOT / "onnx_models" / "metrics.json") == LABELS


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"labels": 3}'])
def test_a_model_without_labels_is_refused_with_what_to_do(content: str | None, tmp_path: Path):
    metrics = tmp_path / "metrics.json"
    if content is not None:
        metrics.write_text(content)
    with pytest.raises(SettingsError, match=r"metrics\.json has no labels: run make train export"):
        model.labels(metrics)
