"""Texts with their labels, and where they come from."""

from dataclasses import dataclass


class CorpusError(Exception):
    """A corpus cannot be used; the message is one sentence that says what to change."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text.

    `agreement` is the share of annotators in per cent (50, 66, 75 or 100) where the corpus says it
    (Financial PhraseBank), else None.
    """

    text: str
    label: str
    source: str
    agreement: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What the model card says of a corpus: `sha256` is taken over the bytes of its files."""

    name: str
    licence: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """Examples, and the sources that they were read from."""

    examples: tuple[Example, ...]
    sources: tuple[Source, ...]
