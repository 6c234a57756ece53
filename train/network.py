"""From token ids to logits: the Keras half of the model."""

from typing import Any, TypeAlias

import keras
import numpy as np
import numpy.typing as npt

EMBEDDING = 64
DROPPED_TOKENS = 0.1
DROPPED_UNITS = 0.5

Tensor: TypeAlias = Any
"""Keras's own tensors, which have no types."""


def build_network(id_count: int, classes: int) -> keras.Model:
    """Build the network as it is trained: token ids ``[N, S]`` → logits ``[N, C]``.

    The embeddings of all words and pairs are summed, and the sum is the hidden layer. Its bias is
    the embedding of the start token, which every text has once.
    """
    ids = keras.Input((None,), dtype="int64", name="ids")
    # Whole tokens are dropped, as a text may lack them, rather than parts of their embeddings.
    known = keras.layers.Dropout(DROPPED_TOKENS)(_known(ids))
    initial = keras.initializers.RandomUniform(-0.05, 0.05)
    table = keras.layers.Embedding(id_count, EMBEDDING, embeddings_initializer=initial)
    hidden = keras.layers.Dropout(DROPPED_UNITS)(_hidden(known, table(ids)))
    return keras.Model(ids, keras.layers.Dense(classes)(hidden))


def for_inference(network: keras.Model, temperature: float) -> keras.Model:
    """Return the network as it is exported: token ids ``[N, S]`` → probabilities ``[N, C]``.

    It divides the logits by ``temperature`` at no cost, in the weights of the last layer, and is
    made of Keras's own layers only, so that it loads anywhere.
    """
    table, kernel, bias = network.get_weights()
    ids = keras.Input((None,), dtype="int64", name="ids")
    hidden = _hidden(_known(ids), keras.layers.Embedding(*table.shape)(ids))
    exported = keras.Model(ids, keras.layers.Dense(len(bias), activation="softmax")(hidden))
    exported.set_weights([table, kernel / temperature, bias / temperature])
    return exported


def predict_logits(
    network: keras.Model, ids: npt.NDArray[np.int64], batch_size: int = 512
) -> npt.NDArray[np.float64]:
    """Return the logits ``[N, C]`` of token ids ``[N, S]``."""
    logits = network.predict(ids, batch_size=batch_size, verbose=0)
    return np.asarray(logits, dtype=np.float64)


def _known(ids: Tensor) -> Tensor:
    """Return 1 for every known token and 0 for unknown ones and padding, ``[N, S]``."""
    return keras.ops.sign(keras.ops.cast(ids, "float32"))


def _hidden(known: Tensor, embeddings: Tensor) -> Tensor:
    """Sum the embeddings ``[N, S, width]`` of the known tokens, ``[N, width]``.

    A product of matrices: onnxruntime's ReduceSum takes several times as long on long texts.
    """
    total = keras.ops.matmul(keras.ops.expand_dims(known, 1), embeddings)
    return keras.layers.ReLU()(keras.ops.squeeze(total, 1))
