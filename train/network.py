"""From token ids to logits: the Keras half of the model.

A position of a text has the sum of two embeddings: its word's, and that of the pair that ends
there. Residual convolutions mix its neighbours in, the greatest and the mean of each channel say
what is in the text, and a hidden layer judges that. A position whose word is unknown counts for
nothing, just like padding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import keras

from train import folding
from train.folding import Floats

DROPPED_TOKENS = 0.1
DROPPED_FEATURES = 0.1
DROPPED_UNITS = 0.3

_REACH = 3  # positions that a convolution sees: its own, and a neighbour on either side
_STRETCH = 128  # positions that are averaged at a time
_BAG, _CONVOLUTIONS = "bag", "convolutions"
_TABLE, _CONVOLUTION, _NORMALISATION = "table", "convolution", "normalisation"
_HIDDEN, _LOGITS = "hidden", "logits"

Tensor: TypeAlias = Any
"""Keras's own tensors, which have no types."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """How large the network is.

    Attributes:
        width: channels of a position, with the two marks of `train.folding`, which are not learnt;
            processors like multiples of 16.
        layers: residual convolutions; each lets a position see one more neighbour on either side.
        hidden: units of the hidden layer.
        bag: whether embeddings are only summed, in whatever order; then there are no layers, and
            all channels are learnt.
    """

    width: int = 64
    layers: int = 2
    hidden: int = 64
    bag: bool = False

    @property
    def learnt(self) -> int:
        """The channels that are learnt: the width of the embeddings."""
        return self.width if self.bag else self.width - folding.MARKS


DEFAULT = Architecture()


def build_network(id_count: int, classes: int, architecture: Architecture = DEFAULT) -> keras.Model:
    """Build the network as it is trained: token ids ``[N, 2 L]`` → logits ``[N, C]``.

    Args:
        id_count: how many ids there are, 0 included.
        classes: C.
        architecture: how large it is.
    """
    ids = keras.Input((None,), dtype="int64", name="ids")
    aligned = keras.layers.Reshape((2, -1))(ids)
    known = keras.ops.sign(keras.ops.cast(aligned, "float32"))
    initial = keras.initializers.RandomUniform(-0.05, 0.05)
    table = keras.layers.Embedding(
        id_count, architecture.learnt, embeddings_initializer=initial, name=_TABLE
    )
    # Whole tokens are dropped, as a text may lack them, rather than parts of their embeddings.
    kept = keras.layers.Dropout(DROPPED_TOKENS)(known)
    positions = keras.ops.sum(table(aligned) * keras.ops.expand_dims(kept, -1), axis=1)
    if architecture.bag:
        text = keras.layers.ReLU()(keras.ops.sum(positions, axis=1))
    else:
        for layer in range(architecture.layers):
            positions = _mixed(positions, known[:, 0], layer)
        text = _pooled(positions, known[:, 0])
    text = keras.layers.Dropout(DROPPED_UNITS)(text)
    hidden = keras.layers.Dense(architecture.hidden, activation="relu", name=_HIDDEN)(text)
    hidden = keras.layers.Dropout(DROPPED_UNITS)(hidden)
    logits = keras.layers.Dense(classes, name=_LOGITS)(hidden)
    return keras.Model(ids, logits, name=_BAG if architecture.bag else _CONVOLUTIONS)


def for_inference(network: keras.Model, temperature: float) -> keras.Model:
    """Return the network as it is exported: token ids ``[N, 2 L]`` → probabilities ``[N, C]``.

    Whatever the trained one does beside looking up, convolving and pooling is folded into weights
    (`train.folding`): batch normalisation, masks, and the division of the logits by
    ``temperature``. Embeddings are rounded to 255 steps of a channel, so that a graph can store a
    byte for each.

    The ids have to be as `train.vectorizer` gives them: each text has its start token, and pairs
    only where their words are known. The network is made of Keras's own layers, so that it loads
    anywhere.
    """
    ids = keras.Input((None,), dtype="int64", name="ids")
    (table,) = network.get_layer(_TABLE).get_weights()
    whole, step = folding.quantised(table)
    kernel, bias = network.get_layer(_HIDDEN).get_weights()
    if network.name == _BAG:
        text = _sum(ids, whole)
        # A factor above 0 passes through ReLU, so that the steps can wait until here.
        kernel = step[:, None] * kernel
    else:
        positions = _sum_of_word_and_pair(ids, whole, step)
        for convolution in _folded_convolutions(network):
            positions = keras.layers.Add()([positions, _convolved(positions, *convolution)])
        text = _pooled_by_marks(positions)
        kernel = folding.blind_to_marks(kernel)
    hidden = _dense(text, kernel, bias, "relu")
    kernel, bias = network.get_layer(_LOGITS).get_weights()
    return keras.Model(ids, _dense(hidden, kernel / temperature, bias / temperature, "softmax"))


def _mixed(positions: Tensor, known: Tensor, layer: int) -> Tensor:
    """Add to each position ``[N, L, width]`` what a convolution finds around it."""
    width = positions.shape[-1]
    convolution = keras.layers.Conv1D(
        width, _REACH, padding="same", use_bias=False, name=f"{_CONVOLUTION}_{layer}"
    )
    normalisation = keras.layers.BatchNormalization(name=f"{_NORMALISATION}_{layer}")
    found = keras.layers.ReLU()(normalisation(convolution(positions)))
    found = found * keras.ops.expand_dims(known, -1)
    return positions + keras.layers.Dropout(DROPPED_FEATURES)(found)


def _pooled(positions: Tensor, known: Tensor) -> Tensor:
    """Return the greatest of each channel, at least 0, and the mean: ``[N, 2 width]``.

    Where the word is unknown all channels are 0, which neither of them notices.
    """
    greatest = keras.ops.max(keras.layers.ReLU()(positions), axis=1)
    count = keras.ops.maximum(keras.ops.sum(known, axis=1, keepdims=True), 1)
    return keras.layers.Concatenate()([greatest, keras.ops.sum(positions, axis=1) / count])


def _sum(ids: Tensor, whole: Floats) -> Tensor:
    """Sum the embeddings of a text, ``[N, width]``.

    A product of matrices: onnxruntime's ReduceSum takes several times as long on long texts.
    """
    known = keras.ops.sign(keras.ops.cast(ids, "float32"))
    embeddings = _with_weights(keras.layers.Embedding(*whole.shape), ids, whole)
    total = keras.ops.matmul(keras.ops.expand_dims(known, 1), embeddings)
    return keras.layers.ReLU()(keras.ops.squeeze(total, 1))


def _sum_of_word_and_pair(ids: Tensor, whole: Floats, step: Floats) -> Tensor:
    """Return the channels of each position, the marks included: ``[N, 1, L, width]``."""
    table = folding.with_marks(whole)
    aligned = keras.layers.Reshape((2, -1))(ids)
    embeddings = _with_weights(keras.layers.Embedding(*table.shape), aligned, table)
    add = keras.layers.DepthwiseConv2D((2, 1), use_bias=False)
    return _with_weights(add, embeddings, folding.sum_of_word_and_pair(step))


def _folded_convolutions(network: keras.Model) -> Iterator[tuple[Floats, Floats]]:
    """Yield kernel and bias of each of the trained convolutions."""
    count = sum(layer.name.startswith(_CONVOLUTION) for layer in network.layers)
    for layer in range(count):
        (kernel,) = network.get_layer(f"{_CONVOLUTION}_{layer}").get_weights()
        normalisation = network.get_layer(f"{_NORMALISATION}_{layer}")
        gamma, beta, mean, variance = normalisation.get_weights()
        variance = variance + normalisation.epsilon
        yield folding.convolution(kernel, folding.Normalisation(gamma, beta, mean, variance))


def _convolved(positions: Tensor, kernel: Floats, bias: Floats) -> Tensor:
    """Convolve positions ``[N, 1, L, width]``; where a word is unknown, the result is 0."""
    *window, _, width = kernel.shape
    layer = keras.layers.Conv2D(width, window, padding="same", activation="relu")
    return _with_weights(layer, positions, kernel, bias)


def _pooled_by_marks(positions: Tensor) -> Tensor:
    """Do what `_pooled` does to positions with marks ``[N, 1, L, width]``."""
    greatest = keras.layers.GlobalMaxPooling2D(keepdims=True)(positions)
    greatest = keras.layers.Flatten()(keras.layers.ReLU()(greatest))
    # Means of means, as a plain one of many thousand 32-bit floats is off by more than 1e-5.
    padding = keras.layers.ZeroPadding2D(((0, 0), (0, _STRETCH - 1)))
    stretches = keras.layers.AveragePooling2D((1, _STRETCH))(padding(positions))
    mean = keras.layers.Flatten()(keras.layers.GlobalAveragePooling2D(keepdims=True)(stretches))
    share = keras.ops.take(mean, [mean.shape[-1] + folding.KNOWN], axis=1)
    return keras.layers.Concatenate()([greatest, mean / share])


def _dense(inputs: Tensor, kernel: Floats, bias: Floats, activation: str) -> Tensor:
    layer = keras.layers.Dense(len(bias), activation=activation)
    return _with_weights(layer, inputs, kernel, bias)


def _with_weights(layer: keras.layers.Layer, inputs: Tensor, *weights: Floats) -> Tensor:
    outputs = layer(inputs)
    layer.set_weights(weights)
    return outputs
