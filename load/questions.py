"""What is sent: a text alone, or some texts together."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

import msgspec

PATH = "/v1/classify"
SINGLE, BATCH = "a text", "a batch"


@dataclass(frozen=True, slots=True)
class Question:
    """One request.

    Attributes:
        kind: what the statistics call it.
        texts: how many texts it has.
        body: JSON in UTF-8.
    """

    kind: str
    texts: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Mix:
    """How much of which kind is sent.

    Attributes:
        single: weight of requests with one text.
        batch: weight of requests with some texts.
        batch_size: how many texts these have.
    """

    single: float
    batch: float
    batch_size: int


class Questions:
    """Draws requests at random; the bodies are made beforehand, as making them takes time.

    Args:
        texts: at least one.
        mix: at least one of its weights is positive.
        seed: the same requests come for the same seed.
    """

    def __init__(self, texts: Sequence[str], mix: Mix, seed: int | None = None) -> None:
        self._random = random.Random(seed)  # noqa: S311 - not for secrets
        self._share = mix.single / (mix.single + mix.batch)
        self._singles = [_single(text) for text in texts]
        self._batches = [_batch(texts, at, mix.batch_size) for at in range(len(texts))]

    def draw(self) -> Question:
        """Return one request."""
        is_single = self._random.random() < self._share
        return self._random.choice(self._singles if is_single else self._batches)


def _single(text: str) -> Question:
    return Question(SINGLE, 1, msgspec.json.encode({"text": text}))


def _batch(texts: Sequence[str], start: int, size: int) -> Question:
    """Ask for texts from `start` on; the first follow the last."""
    chosen = list(islice(cycle(texts), start, start + size))
    return Question(BATCH, size, msgspec.json.encode({"texts": chosen}))
