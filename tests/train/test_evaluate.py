import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest

from tests.train.lookup_graph import ANSWERS, LABELS, Variant, write_graph
from train.corpus import Corpus, CorpusError, Example
from train.evaluate import evaluate_corpus, render, run_evaluate
from train.graph import ModelError, load_graph, score
from train.metrics import Evaluation, evaluate_predictions

EXAMPLES = (
    Example("Profit fell.", "negative", "bank", 100),
    Example("Profit rose.", "positive", "bank", 75),
    Example("Sales rose as costs fell.", "positive", "bank", 50),
    Example("The meeting is in May.", "neutral", "bank", 100),
    Example("Profit rose.", "positive", "wire"),
    Example("Profit fell.", "positive", "wire"),
)
CORPUS = Corpus(EXAMPLES, ())


def evaluate_graph(model: Path, examples: Sequence[Example], batch: int = 256) -> Evaluation:
    found = score(load_graph(model), examples, batch)
    return evaluate_predictions(found.labels, found.truth, found.probabilities)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_graph(tmp_path / "sentiment.onnx", Variant())


def test_figures_are_those_of_the_graph_s_own_answers(model: Path) -> None:
    probabilities = np.array([ANSWERS.get(e.text, ANSWERS[""]) for e in EXAMPLES])
    truth = np.array([LABELS.index(example.label) for example in EXAMPLES])
    found = evaluate_graph(model, EXAMPLES)
    assert found.accuracy == pytest.approx(4 / 6)
    assert found.to_dict() == evaluate_predictions(LABELS, truth, probabilities).to_dict()


@pytest.mark.parametrize("batch", [1, 4, 6])
def test_figures_do_not_depend_on_the_batch(model: Path, batch: int) -> None:
    assert evaluate_graph(model, EXAMPLES, batch=batch) == evaluate_graph(model, EXAMPLES)


def test_each_source_is_judged_on_its_own(model: Path) -> None:
    report = evaluate_corpus(model, CORPUS)
    assert [(s.name, s.evaluation.rows) for s in report.sources] == [("bank", 4), ("wire", 2)]
    assert report.sources[1].evaluation == evaluate_graph(model, EXAMPLES[4:])


def test_agreement_levels_are_reported_where_the_source_has_them(model: Path) -> None:
    bank, wire = evaluate_corpus(model, CORPUS).sources
    rows = {name: found.rows for name, found in bank.agreement.items()}
    assert rows == {">= 50 %": 4, ">= 66 %": 3, ">= 75 %": 3, "100 %": 2}
    assert bank.agreement["100 %"].accuracy == 1
    assert wire.agreement == {}


def test_labels_are_whatever_the_graph_says(tmp_path: Path) -> None:
    answers = ((0.2, 0.8), (0.9, 0.1), (0.1, 0.9), (0.4, 0.6))
    names = ("消极", "积极")
    model = write_graph(tmp_path / "two.onnx", Variant(names, answers, names))
    found = evaluate_graph(model, [Example("Profit fell.", "消极", "mine")])
    assert [(item.label, item.support) for item in found.classes] == [("消极", 1), ("积极", 0)]


def test_the_table_shows_every_figure(model: Path) -> None:
    report = evaluate_corpus(model, Corpus(EXAMPLES[:4], ()))
    low, high = report.sources[0].evaluation.macro_f1_interval
    assert render(report).splitlines() == [
        "sentiment.onnx (version 0123456789ab)",
        "",
        "bank: 4 texts",
        "",
        "  agreement  texts  accuracy  macro-F1   95 % interval    ECE",
        f"  all            4     0.750     0.778  {low:.3f} to {high:.3f}  0.325",
        f"  >= 50 %        4     0.750     0.778  {low:.3f} to {high:.3f}  0.325",
        "  >= 66 %        3     1.000     1.000  1.000 to 1.000  0.267",
        "  >= 75 %        3     1.000     1.000  1.000 to 1.000  0.267",
        "  100 %          2     1.000     1.000  1.000 to 1.000  0.250",
        "",
        "  class     texts  precision  recall     F1",
        "  negative      1      0.500   1.000  0.667",
        "  neutral       1      1.000   1.000  1.000",
        "  positive      2      1.000   0.500  0.667",
    ]


def test_the_command_prints_the_table(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_evaluate(model, CORPUS) == 0
    assert capsys.readouterr().out == render(evaluate_corpus(model, CORPUS))


def test_the_command_prints_json(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_evaluate(model, CORPUS, as_json=True) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == evaluate_corpus(model, CORPUS).to_dict()
    assert printed["model"] == "sentiment.onnx"
    assert printed["model_version"] == "0123456789ab"
    assert printed["sources"]["wire"]["accuracy"] == 0.5
    assert printed["sources"]["bank"]["agreement"]["100 %"]["rows"] == 2


def _refusal(model: Path, corpus: Corpus, capsys: pytest.CaptureFixture[str]) -> str:
    """Run the command, which has to fail with one sentence on stderr and nothing on stdout."""
    assert run_evaluate(model, corpus) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    return printed.err


def test_without_held_out_text_the_command_says_so_and_fails(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "there is no held-out text in this data" in _refusal(model, Corpus((), ()), capsys)


def test_a_label_that_the_model_does_not_know_is_refused(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = Corpus((*EXAMPLES, Example("Up.", "bullish", "mine.csv")), ())
    message = _refusal(model, corpus, capsys)
    assert "'bullish' (mine.csv)" in message
    assert "negative, neutral, positive" in message


def test_a_missing_model_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no model" in _refusal(tmp_path / "no.onnx", CORPUS, capsys)


def test_a_folder_is_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "there is no model" in _refusal(tmp_path, CORPUS, capsys)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a graph", b"text,label\n"])
def test_a_foreign_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    model = tmp_path / "foreign.onnx"
    model.write_bytes(content)
    assert "foreign.onnx is no ONNX graph" in _refusal(model, CORPUS, capsys)


def test_a_truncated_graph_is_refused(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model.write_bytes(model.read_bytes()[:300])
    assert "is no ONNX graph" in _refusal(model, CORPUS, capsys)


@pytest.mark.parametrize(
    "variant",
    [
        Variant(labels=None),
        Variant(labels="negative"),
        Variant(labels=[1, 2, 3]),
        Variant(labels=[]),
        Variant(input_name="sentence"),
    ],
    ids=["no labels", "labels no list", "labels no strings", "labels empty", "other input"],
)
def test_a_graph_of_another_shape_is_refused(tmp_path: Path, variant: Variant) -> None:
    with pytest.raises(ModelError, match="is not a graph of this project"):
        load_graph(write_graph(tmp_path / "other.onnx", variant))


def test_a_graph_without_metadata_is_refused(model: Path) -> None:
    plain = onnx.load(model)
    del plain.metadata_props[:]
    onnx.save(plain, model)
    with pytest.raises(ModelError, match="is not a graph of this project"):
        load_graph(model)


@pytest.mark.parametrize(
    "variant",
    [
        Variant(answers=[(3.0, -1.0, 0.5)] * 4),
        Variant(answers=[(0.5, 0.5)] * 4),
        Variant(names=("down", "flat", "up")),
    ],
    ids=["logits for probabilities", "fewer columns than labels", "answers of another name"],
)
def test_a_graph_that_answers_outside_of_its_labels_is_refused(
    tmp_path: Path, variant: Variant
) -> None:
    model = write_graph(tmp_path / "odd.onnx", variant)
    with pytest.raises(ModelError, match="does not answer a text with one of its labels"):
        evaluate_graph(model, EXAMPLES)


def test_a_graph_whose_label_is_not_its_most_probable_one_is_refused(tmp_path: Path) -> None:
    model = write_graph(tmp_path / "swapped.onnx", Variant(names=LABELS[::-1]))
    with pytest.raises(ModelError, match="not its most probable"):
        evaluate_graph(model, EXAMPLES)


def test_a_graph_that_fails_while_it_runs_is_refused(tmp_path: Path) -> None:
    model = write_graph(tmp_path / "short.onnx", Variant(answers=[(0.2, 0.6, 0.2)]))
    with pytest.raises(ModelError, match="does not answer a text"):
        evaluate_graph(model, EXAMPLES)


def test_no_examples_are_refused(model: Path) -> None:
    with pytest.raises(CorpusError, match="no held-out text"):
        evaluate_graph(model, ())
