import json

import numpy as np
import pytest

from train.corpus import Example
from train.metrics import evaluate_predictions
from train.report import SourceReport, render_sources, report_sources

LABELS = ("नकारात्मक", "积极")
EXAMPLES = (
    Example("a", "积极", "bank", 100),
    Example("b", "नकारात्मक", "my own.csv"),
    Example("c", "积极", "bank", 50),
    Example("d", "积极", "my own.csv"),
)
TRUTH = np.array([1, 0, 1, 1])
PROBABILITIES = np.array([(0.1, 0.9), (0.7, 0.3), (0.6, 0.4), (0.2, 0.8)])


@pytest.fixture(scope="module")
def reports() -> tuple[SourceReport, ...]:
    return report_sources(LABELS, EXAMPLES, TRUTH, PROBABILITIES)


def test_each_source_is_judged_by_itself(reports: tuple[SourceReport, ...]) -> None:
    assert [report.name for report in reports] == ["bank", "my own.csv"]
    own = evaluate_predictions(LABELS, TRUTH[[1, 3]], PROBABILITIES[[1, 3]])
    assert reports[1].evaluation == own


def test_levels_of_agreement_are_judged_where_the_source_has_them(
    reports: tuple[SourceReport, ...],
) -> None:
    bank, own = reports
    assert (bank.agreement[">= 50 %"].accuracy, bank.agreement["100 %"].accuracy) == (0.5, 1.0)
    assert own.agreement == {}


def test_the_figures_are_plain_json(reports: tuple[SourceReport, ...]) -> None:
    figures = json.loads(json.dumps(reports[0].to_dict()))
    assert (figures["rows"], figures["accuracy"]) == (2, 0.5)
    assert figures["agreement"]["100 %"]["rows"] == 1


def test_a_source_with_levels_is_laid_out_by_level(reports: tuple[SourceReport, ...]) -> None:
    lines = render_sources(reports[:1]).splitlines()
    assert lines[1] == "bank: 2 texts"
    assert lines[3].split()[:3] == ["agreement", "texts", "accuracy"]
    first_cells = [line.split("  ")[1] for line in lines[4:] if line]
    assert first_cells[:5] == ["all", ">= 50 %", ">= 66 %", ">= 75 %", "100 %"]


def test_a_source_without_levels_has_one_line_of_figures(
    reports: tuple[SourceReport, ...],
) -> None:
    text = render_sources(reports[1:])
    assert "my own.csv: 2 texts" in text
    assert "agreement" not in text


def test_every_class_is_laid_out_under_its_own_name(reports: tuple[SourceReport, ...]) -> None:
    text = render_sources(reports[1:])
    for label in LABELS:
        assert f"  {label}" in text


def test_names_cannot_act_on_the_terminal() -> None:
    examples = [Example("a", "up\x1b[2J", "my\nown\x1b[31m.csv"), Example("b", "down", "x")]
    reports = report_sources(("down", "up\x1b[2J"), examples, np.array([1, 0]), PROBABILITIES[:2])
    text = render_sources(reports)
    assert "\x1b" not in text
    assert "my own [31m.csv: 1 texts" in text
