"""How answers are held against the behavioural tests, what is reported, and the verb."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.train.lookup_graph import LABELS, Variant, write_graph
from train.behaviour import graph_scorer, judge
from train.behaviour_cases import (
    COLUMNS,
    Answer,
    Case,
    Labelled,
    Moved,
    committed_cases,
    read_cases,
)
from train.behaviour_report import BehaviourReport, render_behaviour
from train.cli import main
from train.graph import ModelError, load_graph

COMMITTED_GRAPH = Path(__file__).resolve().parents[2] / "onnx_models" / "sentiment.onnx"


def cases_of(*rows: str) -> tuple[Case, ...]:
    return read_cases("\n".join((",".join(COLUMNS), *rows)).encode(), Path("list.csv"))


def answer(negative: float, neutral: float, positive: float) -> Answer:
    return Answer(dict(zip(LABELS, (negative, neutral, positive), strict=True)))


NEGATIVE, NEUTRAL, POSITIVE = answer(0.8, 0.1, 0.1), answer(0.1, 0.8, 0.1), answer(0.1, 0.2, 0.7)


# When a case passes


@pytest.mark.parametrize(
    ("expectation", "answers", "passes"),
    [
        ("positive", [POSITIVE], True),
        ("positive", [NEUTRAL], False),
        ("same", [NEGATIVE, NEGATIVE], True),
        ("same", [NEGATIVE, answer(0.4, 0.3, 0.3)], True),
        ("same", [NEGATIVE, NEUTRAL], False),
        ("positive -> negative", [POSITIVE, NEGATIVE], True),
        ("positive -> negative", [NEGATIVE, POSITIVE], False),
        ("positive -> negative", [NEUTRAL, NEGATIVE], False),
        ("positive -> negative", [POSITIVE, POSITIVE], False),
        ("negative rises", [NEUTRAL, answer(0.3, 0.6, 0.1)], True),
        ("negative rises", [NEUTRAL, answer(0.14, 0.76, 0.1)], False),
        ("negative rises", [NEGATIVE, NEUTRAL], False),
        ("positive falls", [POSITIVE, answer(0.1, 0.3, 0.6)], True),
        ("positive falls", [POSITIVE, answer(0.1, 0.24, 0.66)], False),
        ("positive falls", [NEUTRAL, POSITIVE], False),
    ],
)
def test_a_case_passes_when_its_expectation_holds(
    expectation: str, answers: Sequence[Answer], passes: bool
) -> None:
    type_ = {"positive": "MFT", "same": "INV"}.get(expectation, "DIR")
    variant = "" if type_ == "MFT" else "Variant."
    cases = cases_of(f"kind,{type_},Text.,{variant},{expectation},")
    (outcome,) = judge(cases, lambda _: answers)
    assert outcome.passed is passes


def test_a_model_that_calls_everything_neutral_passes_what_asks_for_steadiness() -> None:
    outcomes = judge(committed_cases(), lambda texts: [NEUTRAL] * len(texts))
    verdicts = {(each.case.type, each.case.written, each.passed) for each in outcomes}
    passed = {("MFT", "neutral"), ("INV", "same")}
    assert {(type_, written) for type_, written, passes in verdicts if passes} == passed
    assert {(type_, written) for type_, written, passes in verdicts if not passes}.isdisjoint(
        passed
    )


def ideal_answers(case: Case) -> tuple[Answer, ...]:
    one_hot = {"negative": NEGATIVE, "neutral": NEUTRAL, "positive": POSITIVE}
    match case.expectation:
        case Labelled(labels):
            return tuple(one_hot[label] for label in labels)
        case Moved(label, rises):
            return (NEUTRAL, one_hot[label]) if rises else (one_hot[label], NEUTRAL)
    return NEUTRAL, NEUTRAL


def test_a_model_can_pass_every_case() -> None:
    known = {
        text: found
        for case in committed_cases()
        for text, found in zip(case.texts, ideal_answers(case), strict=True)
    }
    outcomes = judge(committed_cases(), lambda texts: [known[text] for text in texts])
    assert [outcome for outcome in outcomes if not outcome.passed] == []


# The report


@pytest.fixture
def report() -> BehaviourReport:
    cases = cases_of(
        "words,MFT,Up.,,positive,",
        "words,DIR,Up then.,Down then.,positive -> negative,It flips.",
        "words,DIR,So.,So what?,negative rises,",
        "names,INV,Ann.,Bob.,same,",
    )
    answers = [POSITIVE, POSITIVE, NEUTRAL, NEUTRAL, POSITIVE, NEGATIVE, POSITIVE]
    return BehaviourReport("some.onnx", "0123456789ab", judge(cases, lambda _: answers))


def test_the_text_shows_the_rates_and_each_failure(report: BehaviourReport) -> None:
    assert render_behaviour(report).splitlines() == [
        "some.onnx (version 0123456789ab)",
        "",
        "MFT: a text has to get its label. INV: a pair has to keep its label.",
        "DIR: its label has to flip, or a probability to move by 0.05 or more.",
        "",
        "  kind   MFT  INV  DIR  passed   rate",
        "  words  1/1    -  0/2     1/3  0.333",
        "  names    -  0/1    -     0/1  0.000",
        "  all    1/1  0/1  0/2     1/4  0.250",
        "",
        "The cases that fail, with what the model says:",
        "",
        "  words, DIR: expected positive, then negative (It flips.)",
        "    positive 0.70  Up then.",
        "    neutral  0.80  Down then.",
        "",
        "  words, DIR: expected negative to rise",
        "    negative 0.10  So.",
        "    negative 0.10  So what?",
        "",
        "  names, INV: expected one label for both",
        "    negative 0.80  Ann.",
        "    positive 0.70  Bob.",
    ]


def test_the_figures_are_plain_json(report: BehaviourReport) -> None:
    figures = json.loads(json.dumps(report.to_dict()))
    assert {name: figures[name] for name in ("cases", "passed", "pass_rate")} == {
        "cases": 4,
        "passed": 1,
        "pass_rate": 0.25,
    }
    assert figures["kinds"]["words"]["pass_rate"] == 0.3333
    assert figures["kinds"]["names"]["types"] == {"INV": {"cases": 1, "passed": 0, "pass_rate": 0}}
    assert len(figures["failures"]) == 3
    assert figures["failures"][0]["texts"][1] == {
        "text": "Down then.",
        "label": "neutral",
        "probabilities": {"negative": 0.1, "neutral": 0.8, "positive": 0.1},
    }


def test_a_report_without_failures_lists_none() -> None:
    outcomes = judge(cases_of("words,MFT,Up.,,positive,"), lambda _: [POSITIVE])
    text = render_behaviour(BehaviourReport("some.onnx", "", outcomes))
    assert text.startswith("some.onnx\n")
    assert "fail" not in text


# On graphs


def test_probabilities_are_those_of_the_label_wherever_its_column_is(tmp_path: Path) -> None:
    names = LABELS[::-1]
    model = write_graph(tmp_path / "turned.onnx", Variant(names, [(0.7, 0.2, 0.1)] * 4, names))
    (found,) = graph_scorer(load_graph(model))(["Profit rose."])
    assert found.label == "positive"
    assert found.probabilities["negative"] == pytest.approx(0.1)


@pytest.mark.parametrize("labels", [("down", "flat", "up"), ("negative", "positive")])
def test_other_labels_are_answered_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], labels: tuple[str, ...]
) -> None:
    answers = [(1.0, *(0.0,) * (len(labels) - 1))] * 4
    model = write_graph(tmp_path / "other.onnx", Variant(labels, answers, labels))
    assert main(["behaviour", "--model", str(model)]) == 1
    assert capsys.readouterr() == (
        "",
        "the behavioural tests are for the labels negative, neutral, positive only: name a model"
        " that gives these with --model\n",
    )


def test_a_missing_model_is_answered_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["behaviour", "--model", str(tmp_path / "no.onnx")]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "there is no model" in printed.err
    assert printed.err.count("\n") == 1


def test_a_graph_that_fails_is_no_scorer(tmp_path: Path) -> None:
    model = write_graph(tmp_path / "short.onnx", Variant(answers=[(0.2, 0.6, 0.2)]))
    with pytest.raises(ModelError, match="does not answer a text"):
        graph_scorer(load_graph(model))(["Profit fell."])


def test_the_committed_graph_is_scored_whatever_fails(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["behaviour", "--model", str(COMMITTED_GRAPH)]
    assert main(arguments) == 0
    rates = capsys.readouterr().out
    assert main([*arguments, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["cases"] == len(committed_cases())
    assert len(figures["failures"]) == figures["cases"] - figures["passed"]
    assert f"{figures['passed']}/{figures['cases']}  {figures['pass_rate']:.3f}" in rates


def test_help_names_the_options(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["behaviour", "--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert printed.startswith("usage: python -m train behaviour")
    assert [option for option in ("--model", "--json") if option not in printed] == []
