"""Contract 1: which graphs are served, and how the others are refused."""

from collections.abc import Callable
from pathlib import Path

import onnx
import pytest

from runtime.artefact import ModelError
from runtime.batching import batches
from runtime.drift import Drift
from runtime.model import Model
from tests.runtime import graphs
from tests.runtime.processes import run_to_its_end


def one_sentence(error: BaseException) -> str:
    message = str(error)
    assert "\n" not in message
    assert message.endswith(".")
    return message


def test_labels_version_and_metadata_come_from_the_graph(tmp_path: Path):
    model = Model.load(graphs.write(tmp_path, graphs.model_bytes(graphs.FIVE)))
    assert model.labels == graphs.FIVE
    assert model.version == "0123456789ab"
    assert model.metadata["producer"] == "tests"


def test_a_model_is_ready_once_it_has_answered(model_path: Path):
    model = Model.load(model_path)
    assert not model.ready
    model.classify(["rose"])
    assert model.ready


def test_texts_of_very_different_lengths_score_as_they_do_alone(model: Model):
    texts = ["rose", "fell " * 2000, "so it is", "loss and gain", "rose " * 1999, "…"] * 20
    together = model.classify(texts)
    for text, label, row in zip(texts, together.labels, together.probabilities, strict=True):
        alone = model.classify([text])
        assert label == alone.labels[0]
        assert row == pytest.approx(alone.probabilities[0], abs=1e-6)


def test_words_that_the_model_does_not_know_are_counted_for_each_text(model: Model):
    texts = ["rose", "Sales rose", "fell " * 9000, "…", "and so it is"]
    scores = model.classify(texts)
    assert scores.words == [1, 2, 9000, 0, 4]
    assert scores.unknown_words == [0, 1, 0, 0, 4]


@pytest.mark.parametrize("count", [None, 1, 2, 5])
def test_signals_are_those_of_the_first_texts_or_of_all(model: Model, count: int | None):
    scores = model.classify(["Sales rose", "loss", "and so it is"])
    drift = scores.drift(count)
    assert drift.words == sum([2, 1, 4][:count])
    assert drift.unknown_words == sum([1, 0, 4][:count])
    assert drift.confidence == pytest.approx(sum(map(max, scores.probabilities[:count])))


def test_signals_of_one_text_alone(model: Model):
    scores = model.classify(["Sales rose"])
    assert scores.drift() == scores.drift(1) == Drift(2, 1, max(scores.probabilities[0]))


def test_a_graph_that_counts_no_words_is_served_without_them(tmp_path: Path):
    graph = onnx.load_from_string(graphs.model_bytes())
    for output in [value for value in graph.graph.output if value.name.endswith("words")]:
        graph.graph.output.remove(output)
    model = Model.load(graphs.write(tmp_path, graph.SerializeToString())).warm_up()
    scores = model.classify(["Sales rose", "fell " * 9000])
    assert (scores.words, scores.unknown_words) == ([0, 0], [0, 0])
    assert scores.drift().confidence > 1


def swapped(graph: onnx.GraphProto) -> None:
    names = {"words": "unknown_words", "unknown_words": "words"}
    for node in graph.node:
        node.output[:] = [names.get(name, name) for name in node.output]


def with_a_column_each(graph: onnx.GraphProto) -> None:
    for node in graph.node:
        if node.output[0].endswith("words") and node.op_type == "ReduceSum":
            (keepdims,) = (each for each in node.attribute if each.name == "keepdims")
            keepdims.i = 1


@pytest.mark.parametrize("change", [swapped, with_a_column_each])
def test_a_graph_whose_words_cannot_be_is_refused(
    tmp_path: Path, change: Callable[[onnx.GraphProto], None]
):
    graph = onnx.load_from_string(graphs.model_bytes())
    change(graph.graph)
    model = Model.load(graphs.write(tmp_path, graph.SerializeToString()))
    with pytest.raises(ModelError, match="does not answer as promised"):
        model.warm_up()


def test_batches_hold_every_text_once_within_the_bound():
    texts = ["x" * length for length in (1, 500, 20, 3, 7, 0, 20)]
    parts = list(batches(texts, bound=60))
    assert sorted(position for part in parts for position in part) == list(range(len(texts)))
    for part in parts:
        assert len(part) == 1 or len(part) * max(len(texts[i]) for i in part) <= 60


def test_short_texts_are_not_padded_to_a_long_one_beside_them():
    texts = ["x" * 60, "x" * 500, *["x" * 70] * 30]
    assert sorted(map(len, batches(texts))) == [1, 31]


def test_no_texts_make_no_batch():
    assert list(batches([])) == []


def test_a_missing_model_is_refused(tmp_path: Path):
    with pytest.raises(ModelError, match="cannot be read \\(No such file") as refused:
        Model.load(tmp_path / "none.onnx")
    one_sentence(refused.value)


def test_a_path_that_no_file_can_have_is_refused():
    with pytest.raises(ModelError, match="is not a file name") as refused:
        Model.load(Path("a\0b.onnx"))
    one_sentence(refused.value)


def test_a_model_without_its_checksum_is_refused(tmp_path: Path):
    path = graphs.write(tmp_path, graphs.model_bytes())
    path.with_name("sentiment.onnx.sha256").unlink()
    with pytest.raises(ModelError, match=r"sentiment\.onnx\.sha256 cannot be read") as refused:
        Model.load(path)
    one_sentence(refused.value)


@pytest.mark.parametrize("damage", ["truncated", "tampered", "blank checksum"])
def test_a_model_that_is_not_the_one_that_was_summed_is_refused(tmp_path: Path, damage: str):
    content = graphs.model_bytes()
    path = graphs.write(tmp_path, content)
    if damage == "truncated":
        path.write_bytes(content[:100])
    elif damage == "tampered":
        path.write_bytes(content.replace(b"bullish", b"bearish"))
    else:
        path.with_name("sentiment.onnx.sha256").write_text("\n")
    with pytest.raises(ModelError, match="does not have the SHA-256") as refused:
        Model.load(path)
    one_sentence(refused.value)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"not a graph", "not a graph that onnxruntime can load"),
        (graphs.model_bytes()[:100], "not a graph that onnxruntime can load"),
        (graphs.foreign_bytes(), "not a text classifier"),
        (graphs.model_bytes(metadata={"producer": "x"}), "does not name labels and model_version"),
        *(
            (
                graphs.model_bytes(metadata={"labels": labels, "model_version": "x"}),
                "does not list its labels",
            )
            for labels in ("three", '["one"]', '["same", "same"]', '["", "b"]', "[1, 2]")
        ),
    ],
)
def test_a_file_that_is_no_graph_of_ours_is_refused(tmp_path: Path, content: bytes, complaint: str):
    with pytest.raises(ModelError, match=complaint) as refused:
        Model.load(graphs.write(tmp_path, content))
    one_sentence(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        graphs.model_bytes(metadata=graphs.metadata_of(("rise", "fall"))),
        graphs.model_bytes(metadata=graphs.metadata_of(("bearish", "bullish", "neither"))),
        graphs.model_bytes(scale=0.5),
        graphs.model_bytes(squeeze=True),
    ],
    ids=["other labels", "more labels", "not probabilities", "one answer for all"],
)
def test_a_graph_that_does_not_answer_as_it_promises_is_refused(tmp_path: Path, content: bytes):
    model = Model.load(graphs.write(tmp_path, content))
    with pytest.raises(ModelError, match="does not answer as promised") as refused:
        model.warm_up()
    one_sentence(refused.value)


def test_a_damaged_model_stops_the_start_with_one_sentence(tmp_path: Path):
    path = graphs.write(tmp_path, graphs.model_bytes())
    path.write_bytes(b"")
    ended = run_to_its_end(MODEL=path, WORKERS=2, PORT=0)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert "does not have the SHA-256" in ended.stderr
