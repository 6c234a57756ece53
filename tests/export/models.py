"""Small models of every kind that the export promises to take."""

import keras
import numpy as np

from train.network import Architecture, build_network, for_inference

LABELS = ("bad", "so-so", "good", "好")
TEXTS = (
    "Operating profit fell to EUR 35.4 mn from EUR 68.8 mn",
    "Operating profit rose to EUR 13.1 mn from EUR 8.7 mn",
    "Net sales rose by 5 % and the company paid a dividend",
    "The company is based in Helsinki , Finland",
    "İstanbul'da kâr ΚΕΡΔΟΣ लाभ прибыль arvo € $ £ + ! ? & -",
    "Sales fell , profit fell , shares fell - a profit warning !",
)

_FIGURES = {
    "rows": 6,
    "accuracy": 0.5,
    "macro_f1": 0.4,
    "macro_f1_interval": [0.3, 0.5],
    "ece": 0.1,
    "classes": [
        {"label": label, "support": 2, "precision": 0.5, "recall": 0.25, "f1": 1 / 3}
        for label in LABELS
    ],
}
METRICS = {
    "labels": LABELS,
    "trained_on": [{"name": "wire", "licence": "MIT", "rows": 6, "sha256": "00"}],
    "training": {
        "texts": 6,
        "dropped": {"held_out": 0, "duplicates": 1, "conflicting": 0},
        "seed": 0,
        "epochs": 2,
        "words": 40,
        "pairs": 50,
        "parameters": 1000,
    },
    "cross_validation": {
        "folds": 5,
        "accuracy_sd": 0.01,
        "macro_f1_sd": 0.02,
        "overall": _FIGURES,
        "sources": {"wire": _FIGURES | {"agreement": {"100 %": _FIGURES | {"rows": 3}}}},
    },
    "calibration": {"temperature": 1.5, "ece_before": 0.2, "ece_after": 0.1},
}


def embedding_sum(id_count: int, classes: int) -> keras.Model:
    """The shape of the baseline: summed embeddings, one hidden layer."""
    ids = keras.Input((None,), dtype="int64")
    hidden = keras.ops.sum(keras.layers.Embedding(id_count, 8)(ids), axis=1)
    return keras.Model(ids, _classified(keras.layers.ReLU()(hidden), classes))


def sequential(id_count: int, classes: int) -> keras.Model:
    """A Sequential model, which tf2onnx's own from_keras does not take."""
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int64"),
            keras.layers.Embedding(id_count, 8),
            keras.layers.Lambda(lambda embeddings: keras.ops.sum(embeddings, axis=1)),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )


def convolution(id_count: int, classes: int) -> keras.Model:
    """Words and pairs aligned, a masked convolution, masked maximum and mean."""
    ids = keras.Input((None,), dtype="int64")
    aligned = keras.layers.Reshape((2, -1))(ids)
    known = keras.ops.cast(keras.ops.any(aligned > 0, axis=1), "float32")[:, :, None]
    words = keras.ops.sum(keras.layers.Embedding(id_count, 8)(aligned), axis=1) * known
    features = keras.layers.Conv1D(8, 3, padding="same")(words)
    normal = keras.layers.LayerNormalization()(features)
    greatest = keras.ops.max(normal - 1e9 * (1 - known), axis=1)
    mean = keras.ops.sum(normal * known, axis=1) / keras.ops.sum(known, axis=1)
    return keras.Model(ids, _classified(keras.ops.concatenate([greatest, mean], axis=1), classes))


def recurrent(id_count: int, classes: int) -> keras.Model:
    """A layer that becomes a loop, whose body is a graph within the graph."""
    ids = keras.Input((None,), dtype="int64")
    state = keras.layers.GRU(8)(keras.layers.Embedding(id_count, 8)(ids))
    return keras.Model(ids, _classified(state, classes))


def student(id_count: int, classes: int, architecture: Architecture) -> keras.Model:
    """What ``make train`` exports, of any size, with random weights as large as trained ones."""
    network = build_network(id_count, classes, architecture)
    generator = np.random.default_rng(0)
    network.set_weights(
        [
            # A variance, which is one of them, is above 0.
            0.1 + np.abs(0.3 * generator.normal(size=weight.shape))
            if "variance" in weight.path
            else 0.3 * generator.normal(size=weight.shape)
            for weight in network.weights
        ]
    )
    return for_inference(network, temperature=1.5)


def _classified(hidden: keras.KerasTensor, classes: int) -> keras.KerasTensor:
    return keras.layers.Dense(classes, activation="softmax")(hidden)


def with_random_weights(network: keras.Model, seed: int = 0) -> keras.Model:
    """Weights as large as trained ones, and zeros for the unknown word."""
    generator = np.random.default_rng(seed)
    weights = [generator.normal(size=weight.shape) for weight in network.get_weights()]
    weights[0][0] = 0
    network.set_weights(weights)
    return network
