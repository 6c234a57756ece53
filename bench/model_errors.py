"""The errors that a model is surest of, and the causes that somebody who read them has named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.model_conditions import Conditions
from train import phrasebank, sentfin
from train.crossvalidation import Floats
from train.holdout import key
from train.rows import column_rows, decode

CAUSES = Path(__file__).with_name("model_causes.csv")
"""The cause of each error by its key, written by hand."""
UNREAD = "not read yet"

_SOURCES = (phrasebank.NAME, sentfin.NAME)
_COUNT = 30
_WORDS = 12  # of a corpus's text, whose licence is not the repository's, that are shown


@dataclass(frozen=True, slots=True)
class Mistake:
    """A text that a model takes for what it is not; `text` is for the terminal alone."""

    text: str
    source: str
    truth: str
    said: str
    probability: float
    agreement: int | None
    cause: str

    @property
    def key(self) -> str:
        """What names the text in `CAUSES`."""
        return key(self.text)

    @property
    def excerpt(self) -> str:
        """The first few words."""
        words = self.text.split()
        return " ".join(words[:_WORDS]) + " …" * (len(words) > _WORDS)

    def to_dict(self) -> dict[str, object]:
        """Give the error as JSON types, less most of the text."""
        return {
            "key": self.key,
            "excerpt": self.excerpt,
            "source": self.source,
            "truth": self.truth,
            "said": self.said,
            "probability": round(self.probability, 4),
            "agreement": self.agreement,
            "cause": self.cause,
        }


def read_causes(path: Path = CAUSES) -> dict[str, str]:
    """Read the causes: CSV, columns key and cause.

    Raises:
        CorpusError: the file is malformed; names the line.
    """
    rows = column_rows(decode(path.read_bytes(), path), path, ("key", "cause"))
    return {row.cells[0]: row.cells[1] for row in rows}


def surest_mistakes(
    conditions: Conditions, probabilities: Floats, causes: Mapping[str, str]
) -> tuple[Mistake, ...]:
    """Return the errors on reports and headlines that a model is surest of, surest first.

    Args:
        conditions: with the texts.
        probabilities: of each text's classes by a model that has not seen it, ``[N, C]``.
        causes: by key; see `read_causes`.
    """
    examples, labels = conditions.training.examples, conditions.training.labels
    asked = np.array([example.source in _SOURCES for example in examples])
    wrong = np.flatnonzero(asked & (probabilities.argmax(axis=1) != conditions.truth))
    surest = wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")][:_COUNT]
    return tuple(
        Mistake(
            text=examples[row].text,
            source=examples[row].source,
            truth=examples[row].label,
            said=labels[int(probabilities[row].argmax())],
            probability=float(probabilities[row].max()),
            agreement=examples[row].agreement,
            cause=causes.get(key(examples[row].text), UNREAD),
        )
        for row in surest.tolist()
    )


def count_causes(mistakes: Sequence[Mistake]) -> dict[str, int]:
    """Count the errors of each cause, most first."""
    counts: dict[str, int] = {}
    for mistake in mistakes:
        counts[mistake.cause] = counts.get(mistake.cause, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))
