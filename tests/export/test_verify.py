"""The proof of parity: it holds for what is equal and fails for each way of being different."""

import re
from collections.abc import Callable

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import ModelProto, numpy_helper

from export.adversarial import ADVERSARIAL
from export.fuse import fuse
from export.network import convert_network
from export.unicode import every_character, random_mixtures
from export.vectorizer import convert_vectorizer
from export.verify import TOLERANCE, ParityError, Verifier
from tests.export.models import (
    LABELS,
    TEXTS,
    convolution,
    embedding_sum,
    sequential,
    student,
    with_random_weights,
)
from train.network import Architecture
from train.vectorizer import TokenIdVectorizer


@pytest.fixture(scope="module")
def verifier(fused: ModelProto, vectorizer: TokenIdVectorizer, network: keras.Model) -> Verifier:
    return Verifier(fused, vectorizer, network, LABELS)


def altered(model: ModelProto, alter: Callable[[ModelProto], None]) -> ModelProto:
    copy = ModelProto()
    copy.CopyFrom(model)
    alter(copy)
    return copy


def node(model: ModelProto, op_type: str, position: int = 0):
    return [each for each in model.graph.node if each.op_type == op_type][position]


def attribute(model: ModelProto, op_type: str, name: str, position: int = 0):
    (found,) = (each for each in node(model, op_type, position).attribute if each.name == name)
    return found


@pytest.mark.parametrize("build", [embedding_sum, sequential, convolution])
def test_equal_models_pass_on_adversarial_texts(
    vectorizer: TokenIdVectorizer, build: Callable[[int, int], keras.Model]
):
    network = with_random_weights(build(vectorizer.id_count_, len(LABELS)))
    model = fuse(convert_vectorizer(vectorizer), convert_network(network), LABELS, {})
    texts = [text for text in ADVERSARIAL if len(text) < 10_000]
    found = Verifier(model, vectorizer, network, LABELS).verify(texts, "adversarial texts")
    assert found.texts == len(texts)
    assert found.max_difference <= TOLERANCE


@pytest.mark.parametrize("bag", [False, True])
def test_the_student_passes_on_adversarial_texts(vectorizer: TokenIdVectorizer, bag: bool):
    network = student(vectorizer.id_count_, len(LABELS), Architecture(16, 2, 8, bag))
    model = fuse(convert_vectorizer(vectorizer), convert_network(network), LABELS, {})
    found = Verifier(model, vectorizer, network, LABELS).verify(ADVERSARIAL, "adversarial texts")
    assert found.max_difference <= TOLERANCE


def test_long_texts_beside_short_ones_pass(verifier: Verifier):
    assert verifier.verify(ADVERSARIAL, "adversarial texts").texts == len(ADVERSARIAL)


@settings(max_examples=300, deadline=None)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=6))
def test_any_unicode_passes_alone_and_in_company(verifier: Verifier, texts: list[str]):
    assert verifier.verify(texts, "generated").texts == len(texts)


def test_no_text_at_all_passes(verifier: Verifier):
    assert verifier.verify([], "nothing").texts == 0


def lose_a_word(model: ModelProto) -> None:
    keys = attribute(model, "LabelEncoder", "keys_strings").strings
    keys[list(keys).index(b"profit")] = b"prophet"


def forget_numbers(model: ModelProto) -> None:
    attribute(model, "RegexFullMatch", "pattern").s = b"[0-4]"


def cut_words_apart(model: ModelProto) -> None:
    attribute(model, "Tokenizer", "tokenexp").s = b"[a-z]"


def count_padding(model: ModelProto) -> None:
    attribute(model, "LabelEncoder", "keys_strings", position=1).strings[0] = b"profit"


def count_unknown_words_as_known(model: ModelProto) -> None:
    node(model, "Sub").op_type = "Add"


def swap_labels(model: ModelProto) -> None:
    (labels,) = (each for each in model.graph.initializer if each.name == "labels")
    swapped = np.array([*LABELS[1:], LABELS[0]], dtype=object)
    labels.CopyFrom(numpy_helper.from_array(swapped, "labels"))


def weight(model: ModelProto, change: Callable[[np.ndarray], np.ndarray]) -> None:
    (table,) = (
        each for each in model.graph.initializer if each.name == node(model, "Gather").input[0]
    )
    table.CopyFrom(numpy_helper.from_array(change(numpy_helper.to_array(table)), table.name))


def nudge_weights(model: ModelProto) -> None:
    weight(model, lambda table: table + np.float32(1e-3))


def break_weights(model: ModelProto) -> None:
    weight(model, lambda table: table * np.float32("nan"))


@pytest.mark.parametrize(
    ("alter", "complaint"),
    [
        (lose_a_word, "the graph's ids are"),
        (forget_numbers, "the graph's ids are"),
        (cut_words_apart, "the graph's ids have the shape"),
        (count_padding, r"the graph counts \d+ words, .* where scikit-learn"),
        (count_unknown_words_as_known, r"the graph counts \d+ words, .* where scikit-learn"),
        (swap_labels, "the graph answers"),
        (nudge_weights, "the graph answers"),
        (break_weights, "the graph answers"),
    ],
)
def test_a_graph_that_differs_fails(
    fused: ModelProto,
    vectorizer: TokenIdVectorizer,
    network: keras.Model,
    alter: Callable[[ModelProto], None],
    complaint: str,
):
    model = altered(fused, alter)
    with pytest.raises(ParityError, match=complaint):
        Verifier(model, vectorizer, network, LABELS).verify(TEXTS, "texts")


def test_an_answer_that_depends_on_neighbours_fails(vectorizer: TokenIdVectorizer):
    network = embedding_sum(vectorizer.id_count_, len(LABELS))
    weights = with_random_weights(network).get_weights()
    weights[0][0] = 1  # padding counts
    network.set_weights(weights)
    model = fuse(convert_vectorizer(vectorizer), convert_network(network), LABELS, {})
    with pytest.raises(ParityError, match="where it, alone answers"):
        Verifier(model, vectorizer, network, LABELS).verify(TEXTS, "texts")


def test_the_complaint_names_the_text_in_ascii_and_shortened(
    fused: ModelProto, vectorizer: TokenIdVectorizer, network: keras.Model
):
    model = altered(fused, lose_a_word)
    with pytest.raises(ParityError, match=re.escape(r"for 'profit \xe9\xe9")) as caught:
        Verifier(model, vectorizer, network, LABELS).verify(["profit " + "é" * 999], "texts")
    assert len(str(caught.value)) < 1000


def test_every_unicode_character_is_tried():
    tried = set().union(*map(set, every_character()))
    assert tried == {chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000}


def test_mixtures_are_the_same_for_the_same_seed_and_use_known_words():
    first = list(random_mixtures(["profit", "fell"], 200))
    assert first == list(random_mixtures(["profit", "fell"], 200))
    assert first != list(random_mixtures(["profit", "fell"], 200, seed=1))
    assert sum("profit" in text for text in first) > 100
