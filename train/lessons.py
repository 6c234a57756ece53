"""What a teacher learns from, how, and in which batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]
Integers: TypeAlias = npt.NDArray[np.int64]
Padded: TypeAlias = npt.NDArray[np.int32]

_SORTED_BATCHES = 32  # so many batches hold texts of like length, drawn from one shuffled lot
_PAD_TO = 8  # fewer different lengths: oneDNN prepares its kernels anew for each shape


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a teacher is fine-tuned; the figures were measured with these.

    Attributes:
        epochs: passes over the lessons.
        learning_rate: of AdamW at its peak, after a tenth of the steps; a cosine leads down again.
        weight_decay: of AdamW.
        batch: texts a step.
        tokens: where texts are cut, the markers at both ends included.
        freeze_words: leave the table of word embeddings as it is, half of the parameters of a
            small encoder.
    """

    epochs: int
    learning_rate: float = 6e-5
    weight_decay: float = 0.01
    batch: int = 32
    tokens: int = 96
    freeze_words: bool = True


@dataclass(frozen=True, slots=True)
class Lessons:
    """N texts, each with the head that learns it, its target and its weight.

    Attributes:
        texts: N texts.
        heads: which head answers for the text's source, ``[N]``.
        targets: what is to be answered, a distribution over the classes, ``[N, C]``.
        weights: how much a text counts, ``[N]``.
    """

    texts: Sequence[str]
    heads: Integers
    targets: Floats
    weights: Floats

    def take(self, rows: Integers) -> "Lessons":
        """Return the lessons at these positions."""
        texts = [self.texts[row] for row in rows.tolist()]
        return Lessons(texts, self.heads[rows], self.targets[rows], self.weights[rows])


def batches_of(
    tokens: Sequence[Sequence[int] | Padded], size: int, shuffled: np.random.Generator
) -> Iterator[Integers]:
    """Return the rows of each batch of an epoch: at random, but texts of like length together.

    Args:
        tokens: token ids of each text.
        size: texts a batch.
        shuffled: decides the order.
    """
    lengths = np.array([len(ids) for ids in tokens])
    order = shuffled.permutation(len(tokens))
    for start in range(0, len(order), size * _SORTED_BATCHES):
        lot = order[start : start + size * _SORTED_BATCHES]
        lot = lot[np.argsort(lengths[lot], kind="stable")]
        batches = [lot[at : at + size] for at in range(0, len(lot), size)]
        for index in shuffled.permutation(len(batches)):
            yield batches[index]


def pad(tokens: Sequence[Sequence[int]]) -> tuple[Padded, Padded]:
    """Return token ids and a mask (1 for a token, 0 for padding), ``[N, S]`` each."""
    longest = max(map(len, tokens))
    ids = np.zeros((len(tokens), -(-longest // _PAD_TO) * _PAD_TO), dtype=np.int32)
    mask = np.zeros_like(ids)
    for row, each in enumerate(tokens):
        ids[row, : len(each)] = each
        mask[row, : len(each)] = 1
    return ids, mask
