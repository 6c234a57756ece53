"""The evaluation sentences: known by their keys only, never trained on."""

import re
from functools import cache
from hashlib import sha256
from importlib.resources import files

from train.corpus import Corpus, Example
from train.mojibake import spellings


def key(text: str) -> str:
    """The hold-out key of `text`: 16 hex digits that case, blanks and mojibake leave alone.

    First 16 hex digits of SHA-256 of the text in lower case, "x20ac" removed, then all but
    [a-z0-9] removed.
    """
    letters = re.sub("[^a-z0-9]", "", text.lower().replace("x20ac", ""))
    return sha256(letters.encode()).hexdigest()[:16]


@cache
def held_out_keys() -> frozenset[str]:
    """The committed list of keys, `holdout.txt` beside this module."""
    listed = files("train").joinpath("holdout.txt").read_text(encoding="ascii")
    return frozenset(listed.split())


def is_held_out(text: str, keys: frozenset[str]) -> bool:
    """Whether `text`, repaired or as a file has it, is one of the sentences behind `keys`."""
    return any(key(spelling) in keys for spelling in spellings(text))


def split(corpus: Corpus, keys: frozenset[str] | None = None) -> tuple[Corpus, Corpus]:
    """Part `corpus` into what may be trained on and what is held out.

    `keys` are the committed ones unless given. Both parts keep all sources and the order.
    """
    keys = held_out_keys() if keys is None else keys
    training: list[Example] = []
    held_out: list[Example] = []
    for example in corpus.examples:
        (held_out if is_held_out(example.text, keys) else training).append(example)
    return Corpus(tuple(training), corpus.sources), Corpus(tuple(held_out), corpus.sources)
