"""The list of behavioural tests, `behaviour.csv`: texts, and what has to hold of their answers.

The three types are those of Ribeiro et al. 2020, "Beyond Accuracy: Behavioral Testing of NLP Models
with CheckList" (https://aclanthology.org/2020.acl-main.442): MFT, a text with the label that it has
to get; INV, a pair that has to keep its label; DIR, a pair whose label has to flip, or of which the
variant has to be more (or less) of one label than the text.

The sentences were written for this list before any model was scored on it. They are not to be
changed to suit a model, nor trained on; only an expectation that is wrong may be mended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from train.corpus import CorpusError
from train.rows import Row, column_rows, decode

FILE = "behaviour.csv"
COLUMNS = ("kind", "type", "text", "variant", "expectation", "why")
LABELS = ("negative", "neutral", "positive")
TYPES = ("MFT", "INV", "DIR")
# A probability has to move by this much: less than that is no reading of the words that differ.
LEAST_MOVE = 0.05


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model says of one text: the probability of each of `LABELS`."""

    probabilities: Mapping[str, float]

    @property
    def label(self) -> str:
        """The most probable label."""
        return max(self.probabilities, key=lambda label: self.probabilities[label])


@dataclass(frozen=True, slots=True)
class Labelled:
    """Each text has to get its own label: one text (MFT), or a pair whose label flips (DIR)."""

    labels: tuple[str, ...]

    def holds(self, answers: Sequence[Answer]) -> bool:
        """Whether these are the labels that the texts got."""
        return tuple(answer.label for answer in answers) == self.labels


@dataclass(frozen=True, slots=True)
class Unmoved:
    """The texts of a pair have to get one label, whichever it is (INV)."""

    def holds(self, answers: Sequence[Answer]) -> bool:
        """Whether all texts got the same label."""
        return len({answer.label for answer in answers}) == 1


@dataclass(frozen=True, slots=True)
class Moved:
    """The variant has to be more, or less, of a label than the text (DIR)."""

    label: str
    rises: bool

    def holds(self, answers: Sequence[Answer]) -> bool:
        """Whether the label's probability moved that way, by `LEAST_MOVE` or more."""
        before, after = (answer.probabilities[self.label] for answer in answers)
        return (after - before if self.rises else before - after) >= LEAST_MOVE


Expectation = Labelled | Unmoved | Moved


@dataclass(frozen=True, slots=True)
class Case:
    """One test: its text, or text and variant, and what has to hold of the answers to them.

    `written` is the expectation as the list has it; `why` is empty where it is obvious.
    """

    kind: str
    type: str
    texts: tuple[str, ...]
    written: str
    expectation: Expectation
    why: str


@cache
def committed_cases() -> tuple[Case, ...]:
    """The committed list, `behaviour.csv` beside this module."""
    return read_cases(files("train").joinpath(FILE).read_bytes(), Path(FILE))


def read_cases(content: bytes, path: Path) -> tuple[Case, ...]:
    """Read a list of cases: UTF-8, comma-separated, `COLUMNS` in its header; one case a row.

    Raises:
        CorpusError: the list is malformed; the message names `path` and the line.
    """
    return tuple(_case(row, path) for row in column_rows(decode(content, path), path, COLUMNS))


def _case(row: Row, path: Path) -> Case:
    kind, type_, text, variant, written, why = row.cells
    texts = (text, variant) if variant else (text,)
    expectation = _expectation(type_, written, len(texts))
    if expectation is None or not (kind and text):
        raise CorpusError(
            f"{path}:{row.line}: write a kind and a text, and after these MFT, no variant and a"
            " label; INV, a variant and `same`; or DIR, a variant and `LABEL -> OTHER LABEL`,"
            f" `LABEL rises` or `LABEL falls` (labels: {', '.join(LABELS)})."
        )
    return Case(kind, type_, texts, written, expectation, why)


def _expectation(type_: str, written: str, texts: int) -> Expectation | None:
    match type_, texts, written.split():
        case "MFT", 1, [label] if label in LABELS:
            return Labelled((label,))
        case "INV", 2, ["same"]:
            return Unmoved()
        case "DIR", 2, [label, "->", other] if {label, other} <= {*LABELS} and label != other:
            return Labelled((label, other))
        case "DIR", 2, [label, "rises" | "falls" as way] if label in LABELS:
            return Moved(label, rises=way == "rises")
    return None
