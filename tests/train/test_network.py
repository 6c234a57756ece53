import json
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax

from train.network import build_network, for_inference, predict_logits
from train.vectorizer import UNKNOWN

IDS = np.array([[2, 3, 4, 0], [2, 5, 1, 6], [2, 7, 0, 0], [2, 8, 9, 3]])
TRUTH = np.array([0, 1, 2, 1])
# Loads what was trained and prints what it says, in a place where `train` cannot be imported.
LOAD_AND_PREDICT = """
import importlib.util, json, sys, keras, numpy
assert importlib.util.find_spec("train") is None
network = keras.saving.load_model(sys.argv[1])
print(json.dumps(network(numpy.array(json.loads(sys.argv[2]))).numpy().tolist()))
"""


@pytest.fixture(scope="module")
def network() -> keras.Model:
    """A network of ten ids and three classes that was trained for a few steps."""
    keras.utils.set_random_seed(0)
    network = build_network(10, 3)
    network.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    network.fit(IDS, TRUTH, epochs=5, verbose=0)
    return network


def answers(network: keras.Model, ids: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """What a network says of ids, without its drop-outs."""
    return np.asarray(network(np.asarray(ids, dtype=np.int64), training=False), dtype=np.float64)


def test_logits_are_one_row_a_text_and_one_column_a_class(network: keras.Model) -> None:
    logits = predict_logits(network, IDS)
    assert (logits.shape, logits.dtype) == ((4, 3), np.float64)


def test_logits_do_not_depend_on_the_batch(network: keras.Model) -> None:
    whole = predict_logits(network, IDS)
    np.testing.assert_allclose(predict_logits(network, IDS, batch_size=1), whole, atol=1e-6)


@settings(deadline=None)
@given(st.lists(st.integers(1, 9), max_size=8), st.data())
def test_padding_never_changes_an_answer(
    network: keras.Model, ids: list[int], data: st.DataObject
) -> None:
    padded = list(ids)
    for place in data.draw(st.lists(st.integers(0, len(ids)), max_size=12), label="padding"):
        padded.insert(place, UNKNOWN)
    alone = answers(network, [[*ids, UNKNOWN]])
    np.testing.assert_allclose(answers(network, [[*padded, UNKNOWN]]), alone, atol=1e-6)


def test_padding_changes_nothing_before_training_either() -> None:
    network = build_network(10, 3)
    padded = np.hstack([np.zeros((4, 3), dtype=np.int64), IDS])
    np.testing.assert_allclose(answers(network, padded), answers(network, IDS), atol=1e-6)


def test_a_known_word_does_change_the_answer(network: keras.Model) -> None:
    assert np.abs(answers(network, [[2, 3]]) - answers(network, [[2, 5]])).max() > 1e-3


@pytest.mark.parametrize("temperature", [0.05, 1.0, 1.58, 20.0])
def test_what_is_exported_is_the_softmax_of_the_logits_over_the_temperature(
    network: keras.Model, temperature: float
) -> None:
    expected = softmax(predict_logits(network, IDS) / temperature, axis=1)
    exported = for_inference(network, temperature)
    np.testing.assert_allclose(answers(exported, IDS), expected, atol=1e-5)


def test_exporting_leaves_the_trained_network_as_it_was(network: keras.Model) -> None:
    before = [weights.copy() for weights in network.get_weights()]
    for_inference(network, 3.0)
    for weights, same in zip(network.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weights, same)


def test_what_is_exported_drops_nothing_even_in_training_mode(network: keras.Model) -> None:
    exported = for_inference(network, 1.0)
    training = np.asarray(exported(IDS, training=True))
    np.testing.assert_allclose(training, answers(exported, IDS), atol=1e-6)


@pytest.mark.parametrize("classes", [2, 5, 20])
def test_any_number_of_classes_will_do(classes: int) -> None:
    probabilities = answers(for_inference(build_network(10, classes), 2.0), IDS)
    assert probabilities.shape == (4, classes)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


def test_texts_of_any_length_will_do(network: keras.Model) -> None:
    assert answers(network, np.ones((2, 2000))).shape == (2, 3)
    assert answers(network, np.ones((2, 2))).shape == (2, 3)


# Keras reads the weights with np.array, TensorFlow's `__array__` does not know `copy` yet:
# https://github.com/keras-team/keras/pull/21288
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword")
def test_what_was_saved_loads_without_this_project(network: keras.Model, tmp_path: Path) -> None:
    exported = for_inference(network, 1.5)
    exported.save(tmp_path / "network.keras")
    command = [sys.executable, "-I", "-c", LOAD_AND_PREDICT, "network.keras", str(IDS.tolist())]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    np.testing.assert_allclose(json.loads(ended.stdout), answers(exported, IDS), atol=1e-6)
