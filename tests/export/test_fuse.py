"""The fused graph keeps contract 1: names, types, labels, metadata, versions."""

import json
from pathlib import Path

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import ModelProto

from export.fuse import fuse
from export.network import convert_network
from export.vectorizer import OPSETS, convert_vectorizer
from tests.export.models import LABELS, TEXTS, embedding_sum, recurrent, with_random_weights
from train.vectorizer import TokenIdVectorizer


def metadata(model: ModelProto) -> dict[str, str]:
    return {entry.key: entry.value for entry in model.metadata_props}


def test_text_goes_in_and_label_probabilities_and_counts_of_words_come_out(fused: ModelProto):
    session = onnxruntime.InferenceSession(fused.SerializeToString())
    (text,) = session.get_inputs()
    assert (text.name, text.type, text.shape) == ("text", "tensor(string)", ["N"])
    assert [(out.name, out.type, out.shape) for out in session.get_outputs()] == [
        ("label", "tensor(string)", ["N"]),
        ("probabilities", "tensor(float)", ["N", len(LABELS)]),
        ("words", "tensor(int64)", ["N"]),
        ("unknown_words", "tensor(int64)", ["N"]),
    ]


def test_label_and_probabilities_are_answered_alone(fused: ModelProto):
    session = onnxruntime.InferenceSession(fused.SerializeToString())
    feed = {"text": np.array(TEXTS, dtype=object)}
    *both, _, _ = session.run(None, feed)
    for alone, beside in zip(session.run(["label", "probabilities"], feed), both, strict=True):
        np.testing.assert_array_equal(alone, beside)


def test_words_are_counted_and_those_that_the_vocabulary_lacks(fused: ModelProto):
    session = onnxruntime.InferenceSession(fused.SerializeToString())
    feed = {"text": np.array(["Profit fell 5 %", "prophets fell", ""], dtype=object)}
    words, unknown_words = session.run(["words", "unknown_words"], feed)
    assert words.tolist() == [4, 2, 0]
    assert unknown_words.tolist() == [0, 1, 0]


def test_the_label_is_the_one_of_the_greatest_probability(fused: ModelProto):
    session = onnxruntime.InferenceSession(fused.SerializeToString())
    label, probabilities, *_ = session.run(None, {"text": np.array(TEXTS, dtype=object)})
    assert label.tolist() == [LABELS[column] for column in probabilities.argmax(axis=1)]
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


def test_operator_sets_and_format_are_those_of_the_contract(fused: ModelProto):
    assert {entry.domain: entry.version for entry in fused.opset_import} == OPSETS
    assert OPSETS[""] <= 20
    assert fused.ir_version == 9


def test_the_graph_says_what_it_is(fused: ModelProto):
    entries = metadata(fused)
    assert json.loads(entries["labels"]) == list(LABELS)
    assert json.loads(entries["trained_on"]) == [{"name": "tests"}]
    assert json.loads(entries["metrics"]) == {"accuracy": 0.5}
    assert entries["producer"] == "fintone"
    assert len(entries["model_version"]) == 12
    assert set(entries["model_version"]) <= set("0123456789abcdef")


def test_the_locale_is_one_that_every_image_has(fused: ModelProto):
    (normalizer,) = (node for node in fused.graph.node if node.op_type == "StringNormalizer")
    (locale,) = (field.s for field in normalizer.attribute if field.name == "locale")
    assert locale == b"C.UTF-8"


def version(vectorizer: TokenIdVectorizer, network: keras.Model) -> str:
    parts = convert_vectorizer(vectorizer), convert_network(network)
    return metadata(fuse(*parts, LABELS, {}))["model_version"]


def test_the_same_model_has_the_same_version(
    fused: ModelProto, vectorizer: TokenIdVectorizer, network: keras.Model
):
    assert version(vectorizer, network) == metadata(fused)["model_version"]


def test_other_weights_have_another_version(fused: ModelProto, vectorizer: TokenIdVectorizer):
    other = with_random_weights(embedding_sum(vectorizer.id_count_, len(LABELS)), seed=1)
    assert version(vectorizer, other) != metadata(fused)["model_version"]


def test_another_vocabulary_has_another_version(fused: ModelProto, network: keras.Model):
    other = TokenIdVectorizer(min_df=1).fit([text.replace("fell", "sank") for text in TEXTS])
    assert version(other, network) != metadata(fused)["model_version"]


def test_the_same_model_is_the_same_bytes_whatever_was_converted_before(
    vectorizer: TokenIdVectorizer, network: keras.Model
):
    first, second = (
        fuse(convert_vectorizer(vectorizer), convert_network(network), LABELS, {}) for _ in range(2)
    )
    assert first.SerializeToString(deterministic=True) == second.SerializeToString(
        deterministic=True
    )


def test_a_network_with_a_loop_is_fused(vectorizer: TokenIdVectorizer):
    network = with_random_weights(recurrent(vectorizer.id_count_, len(LABELS)))
    model = fuse(convert_vectorizer(vectorizer), convert_network(network), LABELS, {})
    session = onnxruntime.InferenceSession(model.SerializeToString())
    _, probabilities, *_ = session.run(None, {"text": np.array(TEXTS[:1], dtype=object)})
    expected = network(vectorizer.transform(TEXTS[:1]), training=False)
    np.testing.assert_allclose(probabilities, expected, atol=1e-6)


def test_a_network_for_other_labels_is_refused(vectorizer: TokenIdVectorizer):
    network = embedding_sum(vectorizer.id_count_, 2)
    with pytest.raises(ValueError, match="2 probabilities for the 4 labels"):
        fuse(convert_vectorizer(vectorizer), convert_network(network), LABELS, {})


def test_the_graph_is_valid_onnx_on_disk(fused: ModelProto, tmp_path: Path):
    path = tmp_path / "model.onnx"
    path.write_bytes(fused.SerializeToString())
    onnx.checker.check_model(str(path))
