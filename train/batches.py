"""Batches of texts of about the same length, so that little of a batch is padding."""

from collections.abc import Iterator, Sequence

import keras
import numpy as np
import numpy.typing as npt

from train.lessons import Floats, batches_of
from train.vectorizer import TokenIdVectorizer

TokenIds = npt.NDArray[np.int32]

_AT_ONCE = 64  # texts that are vectorised together


def token_id_rows(vectorizer: TokenIdVectorizer, texts: Sequence[str]) -> list[TokenIds]:
    """Return the ids of each text, ``[2, L]``: words above pairs, the last word a known one.

    One array for all would be as wide as the longest text.
    """
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    rows: list[TokenIds] = [np.empty((2, 0), np.int32)] * len(texts)
    for start in range(0, len(order), _AT_ONCE):
        chunk = order[start : start + _AT_ONCE]
        ids = vectorizer.transform([texts[index] for index in chunk]).reshape(len(chunk), 2, -1)
        for index, row in zip(chunk, ids.astype(np.int32), strict=True):
            rows[index] = row[:, : np.flatnonzero(row[0])[-1] + 1]
    return rows


class Batches:
    """Batches of ``(ids [B, 2 L], targets [B, C], weights [B])``, in a new order at each pass.

    Args:
        rows: ids of each text, ``[2, L]``.
        targets: ``[N, C]``, each row a distribution over the classes.
        weights: how much each text counts, ``[N]``.
        size: texts in a batch; a few have fewer.
        seed: of the orders.
    """

    def __init__(
        self, rows: Sequence[TokenIds], targets: Floats, weights: Floats, *, size: int, seed: int
    ) -> None:
        self._rows = rows
        self._words = [row[0] for row in rows]
        self._targets = targets
        self._weights = weights
        self._size = size
        self._random = np.random.default_rng(seed)

    def __len__(self) -> int:
        return -(-len(self._rows) // self._size)

    def __iter__(self) -> Iterator[tuple[TokenIds, Floats, Floats]]:
        for chosen in batches_of(self._words, self._size, self._random):
            ids = padded([self._rows[text] for text in chosen])
            yield ids, self._targets[chosen], self._weights[chosen]


def padded(rows: Sequence[TokenIds]) -> TokenIds:
    """Put rows ``[2, L]`` below each other, padded with 0 to the longest: ``[N, 2 L]``."""
    length = max(row.shape[1] for row in rows)
    ids = np.zeros((len(rows), 2, length), np.int32)
    for target, row in zip(ids, rows, strict=True):
        target[:, : row.shape[1]] = row
    return ids.reshape(len(rows), 2 * length)


def predict_logits(
    network: keras.Model, rows: Sequence[TokenIds], batch_size: int = 512
) -> npt.NDArray[np.float64]:
    """Return the logits ``[N, C]`` of texts by the ids of each, ``[2, L]``."""
    order = sorted(range(len(rows)), key=lambda index: rows[index].shape[1])
    logits = np.empty((len(rows), network.output_shape[-1]))
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        logits[chosen] = network.predict_on_batch(padded([rows[index] for index in chosen]))
    return logits
