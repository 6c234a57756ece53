import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax

from train.folding import quantised
from train.network import Architecture, build_network, for_inference
from train.vectorizer import START, UNKNOWN

WORDS, PAIRS = range(1, 8), range(8, 12)
ID_COUNT = 12
SMALL = {
    "convolutions": Architecture(width=16, layers=2, hidden=8),
    "pools": Architecture(width=16, layers=0, hidden=8),
    "bag": Architecture(width=16, hidden=8, bag=True),
}
# Loads what was trained and prints what it says, in a place where `train` cannot be imported.
LOAD_AND_PREDICT = """
import importlib.util, json, sys, keras, numpy
assert importlib.util.find_spec("train") is None
network = keras.saving.load_model(sys.argv[1])
print(json.dumps(network(numpy.array(json.loads(sys.argv[2]))).numpy().tolist()))
"""


def ids_of(*texts: list[int], positions: int = 0) -> npt.NDArray[np.int64]:
    """Ids as the vectorizer gives them: the start, the words, pairs where both words are known."""
    rows = [[START, *words] for words in texts]
    length = max(positions, *map(len, rows))
    ids = np.zeros((len(rows), 2, length), dtype=np.int64)
    for row, words in zip(ids, rows, strict=True):
        row[0, : len(words)] = words
        for place, (left, right) in enumerate(pairwise(words), start=1):
            if left and right and (left + right) % 3:
                row[1, place] = PAIRS[(3 * left + right) % len(PAIRS)]
    return ids.reshape(len(rows), 2 * length)


IDS = ids_of([3, 4, UNKNOWN], [5, 1, 6, 3], [7], [4, UNKNOWN, 3, 5, 6])
TRUTH = np.array([0, 1, 2, 1])


@pytest.fixture(scope="module", params=SMALL)
def network(request: pytest.FixtureRequest) -> keras.Model:
    """A small network of three classes that was trained for a few steps."""
    keras.utils.set_random_seed(0)
    network = build_network(ID_COUNT, 3, SMALL[request.param])
    network.compile(
        keras.optimizers.Adam(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    network.fit(IDS, TRUTH, epochs=10, verbose=0)
    return network


@pytest.fixture(scope="module")
def exported(network: keras.Model) -> keras.Model:
    return for_inference(network, 1.5)


def answers(network: keras.Model, ids: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """What a network says of ids, without its drop-outs."""
    return np.asarray(network(np.asarray(ids, dtype=np.int64), training=False), dtype=np.float64)


def with_round_embeddings(network: keras.Model) -> keras.Model:
    """A copy whose embeddings are those that the exported network is left with."""
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    table = copy.get_layer("table")
    whole, step = quantised(*table.get_weights())
    table.set_weights([whole * step])
    return copy


def test_logits_are_one_row_a_text_and_one_column_a_class(network: keras.Model) -> None:
    assert answers(network, IDS).shape == (4, 3)


texts = st.lists(st.sampled_from([UNKNOWN, *WORDS]), max_size=8)


@settings(deadline=None, max_examples=25)
@given(texts, texts)
def test_a_text_scores_the_same_alone_and_beside_a_longer_one(
    network: keras.Model, exported: keras.Model, text: list[int], other: list[int]
) -> None:
    for each in (network, exported):
        alone = answers(each, ids_of(text))
        together = answers(each, ids_of(text, text + other))
        np.testing.assert_allclose(together[:1], alone, atol=1e-6)


@settings(deadline=None, max_examples=25)
@given(texts, st.integers(1, 12))
def test_unknown_words_behind_a_text_change_nothing(
    network: keras.Model, exported: keras.Model, text: list[int], count: int
) -> None:
    for each in (network, exported):
        longer = answers(each, ids_of(text + [UNKNOWN] * count))
        np.testing.assert_allclose(longer, answers(each, ids_of(text)), atol=1e-6)


def test_padding_changes_nothing_before_training_either() -> None:
    network = build_network(ID_COUNT, 3)
    padded = ids_of([3, 4], positions=50)
    np.testing.assert_allclose(
        answers(network, padded), answers(network, ids_of([3, 4])), atol=1e-6
    )


def test_nothing_is_found_where_a_word_is_unknown(exported: keras.Model) -> None:
    """However far from each other the known words are, what is between them adds nothing."""
    far, farther = (ids_of([3, *[UNKNOWN] * count, 5]) for count in (6, 60))
    np.testing.assert_allclose(answers(exported, farther), answers(exported, far), atol=1e-6)


def test_a_known_word_does_change_the_answer(network: keras.Model) -> None:
    assert np.abs(answers(network, ids_of([3])) - answers(network, ids_of([5]))).max() > 1e-3


def test_order_counts_for_convolutions_only() -> None:
    ids = np.array([[START, 3, 4, 5, 0, 0, 0, 0], [START, 5, 3, 4, 0, 0, 0, 0]])
    for name, architecture in SMALL.items():
        keras.utils.set_random_seed(1)
        first, second = answers(build_network(ID_COUNT, 3, architecture), ids)
        assert np.allclose(first, second, atol=1e-6) == (name != "convolutions")


@pytest.mark.parametrize("temperature", [0.05, 1.0, 1.58, 20.0])
def test_what_is_exported_is_the_softmax_of_the_logits_over_the_temperature(
    network: keras.Model, temperature: float
) -> None:
    logits = answers(with_round_embeddings(network), IDS)
    found = answers(for_inference(network, temperature), IDS)
    np.testing.assert_allclose(found, softmax(logits / temperature, axis=1), atol=1e-5)


def test_rounding_the_embeddings_changes_little(
    network: keras.Model, exported: keras.Model
) -> None:
    expected = softmax(answers(network, IDS) / 1.5, axis=1)
    np.testing.assert_allclose(answers(exported, IDS), expected, atol=0.02)


def test_what_is_exported_fits_a_byte_an_embedding(exported: keras.Model) -> None:
    (table,) = next(
        layer.get_weights()
        for layer in exported.layers
        if isinstance(layer, keras.layers.Embedding)
    )
    np.testing.assert_array_equal(table, table.astype(np.int8))


def test_exporting_leaves_the_trained_network_as_it_was(network: keras.Model) -> None:
    before = [weights.copy() for weights in network.get_weights()]
    for_inference(network, 3.0)
    for weights, same in zip(network.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weights, same)


def test_what_is_exported_drops_nothing_even_in_training_mode(exported: keras.Model) -> None:
    training = np.asarray(exported(IDS, training=True))
    np.testing.assert_allclose(training, answers(exported, IDS), atol=1e-6)


@pytest.mark.parametrize("classes", [2, 5, 20])
def test_any_number_of_classes_will_do(classes: int) -> None:
    network = build_network(ID_COUNT, classes, SMALL["convolutions"])
    probabilities = answers(for_inference(network, 2.0), IDS)
    assert probabilities.shape == (4, classes)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


def test_texts_of_any_length_will_do(network: keras.Model, exported: keras.Model) -> None:
    for each in (network, exported):
        assert answers(each, ids_of([3] * 2000, [4])).shape == (2, 3)
        assert answers(each, ids_of([])).shape == (1, 3)


# Keras reads the weights with np.array, TensorFlow's `__array__` does not know `copy` yet:
# https://github.com/keras-team/keras/pull/21288
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")
def test_what_was_saved_loads_without_this_project(tmp_path: Path) -> None:
    exported = for_inference(build_network(ID_COUNT, 3, SMALL["convolutions"]), 1.5)
    exported.save(tmp_path / "network.keras")
    command = [sys.executable, "-I", "-c", LOAD_AND_PREDICT, "network.keras", str(IDS.tolist())]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    np.testing.assert_allclose(json.loads(ended.stdout), answers(exported, IDS), atol=1e-6)
