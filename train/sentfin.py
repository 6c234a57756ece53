"""SEntFiN 1.0 (Sinha et al. 2021): news headlines with a sentiment for each entity in them."""

import re
from pathlib import Path

from train.corpus import Corpus, CorpusError, Example, Source
from train.files import read_bytes, sha256_of
from train.rows import column_rows, decode

NAME = "sentfin"
LICENCE = (
    "MIT, as the licence file of the authors' repository says; an early README of it asked to treat"
    " the files as private"
)
FILE = "SEntFiN.csv"
# `Decisions` looks like a Python dict, but names with an apostrophe are not escaped, so that only
# the sentiments, at the end of each pair, can be told for sure.
_SENTIMENT = re.compile(r"['\"]: '(negative|neutral|positive)'(?=, ['\"]|\}$)")


def read_sentfin(data: Path) -> Corpus:
    """Read `data`/sentfin/SEntFiN.csv, one label a headline (`headline_label`).

    Headlines without a label of their own are left out, and not counted in the source's rows.

    Raises:
        CorpusError: the file is missing, or a row is malformed.
    """
    path = data / NAME / FILE
    content = read_bytes(path)
    examples: list[Example] = []
    for row in column_rows(decode(content, path), path, ("Title", "Decisions")):
        title, decisions = row.cells
        sentiments = frozenset(_SENTIMENT.findall(decisions.strip()))
        if not sentiments or not title.strip():
            raise CorpusError(
                f"{path}:{row.line}: write a Title, and Decisions like {{'Entity': 'neutral'}}."
            )
        label = headline_label(sentiments)
        if label is not None:
            examples.append(Example(title.strip(), label, NAME))
    source = Source(NAME, LICENCE, len(examples), sha256_of((content,)))
    return Corpus(tuple(examples), (source,))


def headline_label(sentiments: frozenset[str]) -> str | None:
    """The label of a headline whose entities have `sentiments`; None if there is no single one.

    A neutral entity is one that is only mentioned (an agency, an index), so that a sentiment
    towards another one is the headline's. Good news for one and bad news for another is not
    neutral news: such headlines (1.4 %) are left out rather than given a label nobody chose.
    """
    polar = sentiments - {"neutral"}
    if len(polar) > 1:
        return None
    return next(iter(polar), "neutral")
