"""The two recipes, built from generated texts: the classic pair of converters, and ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf
import tf2onnx
from onnx import ModelProto, version_converter
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import StringTensorType
from sklearn.feature_extraction.text import TfidfVectorizer

from export.fuse import fuse
from export.network import convert_network
from export.vectorizer import OPSETS, TEXT, convert_vectorizer
from train.network import DEFAULT, Architecture, build_network, for_inference
from train.vectorizer import TokenIdVectorizer

HIDDEN = 64

_TF2ONNX_OPSET = 18  # the highest that tf2onnx writes
# What scikit-learn's default pattern matches, for RE2: skl2onnx would make it [a-zA-Z0-9_]+.
_TOKEN = r"[\p{L}\p{N}_]{2,}"  # noqa: S105  # not a password


@dataclass(frozen=True, slots=True)
class Ours:
    """Our recipe with random weights: vectorizer, Keras network, and the graph of both."""

    vectorizer: TokenIdVectorizer
    network: Any
    graph: ModelProto


def build_classic(corpus: Sequence[str], features: int, labels: Sequence[str]) -> ModelProto:
    """Build TfidfVectorizer (words and pairs) → Dense 64, ReLU → Dense, softmax, as one graph.

    Each half is what its plain converter gives. Weights are random: the cost does not depend on
    them.

    Args:
        corpus: texts with at least ``features`` different words and pairs.
        features: how many of them are kept, the most frequent ones.
        labels: as many classes.
    """
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), max_features=features).fit(corpus)
    vectors = convert_sklearn(
        vectorizer,
        initial_types=[(TEXT, StringTensorType([None]))],
        target_opset=OPSETS,
        options={id(vectorizer): {"tokenexp": _TOKEN, "locale": "C.UTF-8"}},
    )
    network = keras.Sequential(
        [
            keras.Input((len(vectorizer.vocabulary_),)),
            keras.layers.Dense(HIDDEN, activation="relu"),
            keras.layers.Dense(len(labels), activation="softmax"),
        ]
    )
    return fuse(vectors, _convert_dense(network), labels, {})


def build_ours(corpus: Sequence[str], size: int, labels: Sequence[str]) -> Ours:
    """Build the recipe of ``train`` and ``export`` with ``size`` words and ``size`` pairs."""
    vectorizer = TokenIdVectorizer(max_words=size, max_pairs=size, min_df=1).fit(corpus)
    return with_network(vectorizer, DEFAULT, labels)


def with_network(
    vectorizer: TokenIdVectorizer, architecture: Architecture, labels: Sequence[str]
) -> Ours:
    """Build the rest of our recipe behind a fitted vectorizer."""
    trained = build_network(vectorizer.id_count_, len(labels), architecture)
    network = for_inference(trained, temperature=1)
    graph = fuse(convert_vectorizer(vectorizer), convert_network(network), labels, {})
    return Ours(vectorizer, network, graph)


def _convert_dense(network: keras.Model) -> ModelProto:
    signature = [tf.TensorSpec(network.input_shape, tf.float32, name="vectors")]
    inference = tf.function(lambda vectors: network(vectors, training=False), signature)
    model, _ = tf2onnx.convert.from_function(inference, signature, opset=_TF2ONNX_OPSET)
    return version_converter.convert_version(model, OPSETS[""])
