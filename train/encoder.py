"""A transformer that classifies: a checkpoint's layers under one new head for each source."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import keras
import keras_hub
import numpy as np
import tensorflow as tf
from safetensors import SafetensorError
from tokenizers import Tokenizer

from train.checkpoint import TOKENIZER, WITHOUT, TeacherError
from train.lessons import Floats, Integers, pad
from train.store import Array

DROPOUT = 0.1
_BATCH = 64

Tensor: TypeAlias = Any
"""TensorFlow's and Keras's own tensors, which have no types."""

OnBatch: TypeAlias = Callable[[Integers], None]
"""Called after each batch with the positions of its texts."""

PADDED = tf.TensorSpec([None, None], tf.int32)


class Encoder:
    """An encoder of the checkpoint's weights, mean pooling, and a dense head for each source.

    Sources need heads of their own because they mean different things by the same label: what is
    neutral in a report is not what is neutral in a tweet.

    Args:
        folder: of a checkpoint; see `train.checkpoint`.
        heads: number of sources.
        classes: number of labels.
        seed: of the heads and of dropout; Keras's own seeds are set to it.
        tokens: where texts are cut.
        freeze_words: whether the table of word embeddings is kept as it is.

    Attributes:
        network: token ids and mask ``[N, S]`` → logits ``[N, heads, C]``.

    Raises:
        TeacherError: the checkpoint is none of an encoder that Keras can load.
    """

    def __init__(
        self,
        folder: Path,
        *,
        heads: int,
        classes: int,
        seed: int,
        tokens: int,
        freeze_words: bool = False,
    ) -> None:
        self._tokenizer = _load_tokenizer(folder, tokens)
        keras.utils.set_random_seed(seed)
        backbone = _load_backbone(folder)
        backbone.token_embedding.trainable = not freeze_words
        self._inputs = tuple(backbone.input)
        pooled = keras.layers.Dropout(DROPOUT)(_mean(backbone))
        logits = keras.layers.Dense(heads * classes, name="heads")(pooled)
        self.network = keras.Model(backbone.input, keras.layers.Reshape((heads, classes))(logits))
        self._answer = tf.function(self.call, input_signature=[PADDED, PADDED], autograph=False)

    def call(self, ids: Tensor, mask: Tensor, training: bool = False) -> Tensor:
        """Return the logits of padded texts ``[N, S]``, ``[N, heads, C]``."""
        given = {"token_ids": tf.convert_to_tensor(ids), "padding_mask": tf.convert_to_tensor(mask)}
        inputs = {name: given.get(name, tf.zeros_like(ids)) for name in self._inputs}
        return self.network(inputs, training=training)

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of each text."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]

    def logits(self, texts: Sequence[str], on_batch: OnBatch = lambda _: None) -> Floats:
        """Return what each head says of each of N texts, ``[N, heads, C]``."""
        tokens = self.tokenize(texts)
        answers = np.empty((len(texts), *self.network.output_shape[1:]), dtype=np.float32)
        # Texts of like length are asked together: the less padding, the less is computed.
        order = np.argsort([len(ids) for ids in tokens], kind="stable")
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            answers[rows] = self._answer(*pad([tokens[row] for row in rows])).numpy()
            on_batch(rows)
        return answers

    def weights(self) -> list[Array]:
        """Return all weights that fine-tuning changes."""
        return [variable.numpy() for variable in self.network.trainable_variables]

    def set_weights(self, weights: Sequence[Array]) -> None:
        """Take over what `weights` returned."""
        for variable, value in zip(self.network.trainable_variables, weights, strict=True):
            variable.assign(value)


def _load_tokenizer(folder: Path, tokens: int) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # it raises nothing narrower
        raise _unusable(folder / TOKENIZER, error) from error
    tokenizer.enable_truncation(tokens)
    tokenizer.no_padding()
    return tokenizer


def _load_backbone(folder: Path) -> keras.Model:
    try:
        return keras_hub.models.Backbone.from_preset(str(folder))
    except (AttributeError, KeyError, OSError, TypeError, ValueError, SafetensorError) as error:
        raise _unusable(folder, error) from error


def _unusable(path: Path, error: Exception) -> TeacherError:
    reason = f"{type(error).__name__}: {error}".splitlines()[0]
    return TeacherError(
        f"{path} cannot be loaded ({reason}): name the checkpoint of a BERT-like encoder with"
        f" --teacher, or {WITHOUT}."
    )


def _mean(backbone: keras.Model) -> Tensor:
    """Return the mean of the tokens' last states, padding left out, ``[N, width]``."""
    outputs = backbone.output
    states = outputs["sequence_output"] if isinstance(outputs, dict) else outputs
    known = keras.ops.cast(backbone.input["padding_mask"], states.dtype)
    known = keras.ops.expand_dims(known, -1)
    return keras.ops.sum(states * known, axis=1) / keras.ops.sum(known, axis=1)
