"""Fine-tuning of an encoder, epoch by epoch, so that it can be taken up again after each."""

import math
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from train.encoder import PADDED, Encoder, OnBatch, Tensor
from train.lessons import Lessons, Recipe, batches_of, pad
from train.store import Array

_WARM_UP = 0.1
_LAST_RATE = 0.02


def share_of_rate(passed: float) -> float:
    """Return how much of the learning rate is used, for the share of all steps that has passed.

    Up in a line for the first tenth, then down along a cosine, nearly to nothing.
    """
    if passed < _WARM_UP:
        return passed / _WARM_UP
    turned = math.cos(math.pi * (passed - _WARM_UP) / (1 - _WARM_UP))
    return _LAST_RATE + (1 - _LAST_RATE) * (1 + turned) / 2


class FineTuning:
    """An encoder that is being fine-tuned: AdamW on the soft cross-entropy of each text's own head.

    Args:
        encoder: it learns in place.
        lessons: what it learns from.
        recipe: how.
        seed: of the order of texts.

    Attributes:
        epoch: how many epochs are done.
    """

    def __init__(self, encoder: Encoder, lessons: Lessons, recipe: Recipe, seed: int) -> None:
        self.epoch = 0
        self._encoder, self._lessons, self._recipe, self._seed = encoder, lessons, recipe, seed
        self._tokens = encoder.tokenize(lessons.texts)
        self._optimizer = keras.optimizers.AdamW(
            recipe.learning_rate, weight_decay=recipe.weight_decay, global_clipnorm=1.0
        )
        self._optimizer.build(encoder.network.trainable_variables)
        targets = tf.TensorSpec([None, lessons.targets.shape[1]], tf.float32)
        heads, weights = tf.TensorSpec([None], tf.int64), tf.TensorSpec([None], tf.float32)
        signature = [PADDED, PADDED, heads, targets, weights]
        self._step = tf.function(self._learn, input_signature=signature, autograph=False)

    def run_epoch(self, on_batch: OnBatch = lambda _: None) -> float:
        """Learn from each text once; return the mean loss on the way."""
        lessons, losses = self._lessons, []
        shuffled = np.random.default_rng([self._seed, self.epoch])
        batches = list(batches_of(self._tokens, self._recipe.batch, shuffled))
        for number, rows in enumerate(batches, start=1):
            passed = (self.epoch + number / len(batches)) / self._recipe.epochs
            # Set from here: a schedule of Keras's is traced once for each of a hundred variables.
            self._optimizer.learning_rate = self._recipe.learning_rate * share_of_rate(passed)
            given = lessons.heads[rows], lessons.targets[rows], lessons.weights[rows]
            losses.append(self._step(*pad([self._tokens[row] for row in rows]), *given))
            on_batch(rows)
        self.epoch += 1
        return float(np.mean(losses))

    def state(self) -> list[Array]:
        """Return all that the next epoch depends on: weights, moments, seeds, and its number."""
        return [np.array(self.epoch), *(variable.numpy() for variable in self._variables())]

    def restore(self, state: Sequence[Array]) -> None:
        """Go on where `state` was taken."""
        epoch, *values = state
        self.epoch = int(epoch)
        for variable, value in zip(self._variables(), values, strict=True):
            variable.assign(value)

    def _variables(self) -> list[Tensor]:
        # Those of the network include the states of dropout's random numbers.
        return [*self._encoder.network.variables, *self._optimizer.variables]

    def _learn(
        self, ids: Tensor, mask: Tensor, heads: Tensor, targets: Tensor, weights: Tensor
    ) -> Tensor:
        variables = self._encoder.network.trainable_variables
        with tf.GradientTape() as tape:
            logits = self._encoder.call(ids, mask, training=True)
            own = tf.gather(logits, heads, batch_dims=1)
            losses = tf.nn.softmax_cross_entropy_with_logits(targets, own)
            loss = tf.reduce_mean(weights * losses)
        self._optimizer.apply(tape.gradient(loss, variables), variables)
        return loss
