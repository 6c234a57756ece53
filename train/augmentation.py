"""Variants of training texts, for a teacher to label.

Small changes that may turn a text's label, or must not: directions, numbers, names (compare the
minimal pairs of Ribeiro et al. 2020, "Beyond accuracy: behavioral testing of NLP models with
CheckList"), words left out, and clauses of two texts joined.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from train.amounts import change_numbers, swap_numbers
from train.chance import Ring, draw
from train.corpus import Example
from train.directions import SECTIONS, turn_round
from train.holdout import held_out_keys, is_held_out
from train.names import find_names

_SENTIMENTS = frozenset({"negative", "neutral", "positive"})
_DROPPED = 0.15  # share of words
_FEWEST_WORDS = 5  # of a text from which words are left out
_CLAUSE_ENDS = ",;:\u2013\u2014-"
_LONG = 16  # words of a text with clauses


@dataclass(frozen=True, slots=True)
class Variant:
    """A changed text, `parent`, the index of the example that it was made of, and what was done."""

    text: str
    parent: int
    kind: str


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """What the texts of one source and fold lend each other."""

    known: frozenset[str]
    names: Ring
    texts: Ring


def augment(
    examples: Sequence[Example],
    *,
    seed: int,
    fold: Sequence[int] | npt.NDArray[np.integer] | None = None,
) -> tuple[Variant, ...]:
    """Make variants of the examples' texts, different from all of these and from each other.

    They carry no label, since most changes may turn it. Directions and names are changed where the
    labels are negative, neutral and positive, for then the texts are taken to be English; the other
    changes go by digits and white space. What becomes of a text depends on the seed, the text
    and, for names and clauses, on one other text of the same source and fold.

    Args:
        examples: N of them.
        seed: of all choices.
        fold: the fold of each example, ``[N]``; all are in one if it is None.

    Returns:
        The variants, in the order of their parents; none of them is held out.
    """
    folds = [0] * len(examples) if fold is None else [int(each) for each in fold]
    groups = list(zip((example.source for example in examples), folds, strict=True))
    english = {example.label for example in examples} <= _SENTIMENTS
    neighbours = _neighbours(examples, groups, seed)
    keys = held_out_keys()
    seen = {_plain(example.text) for example in examples}
    variants: list[Variant] = []
    texts = tqdm(examples, desc="variants", unit="text", delay=2, leave=False)
    for parent, (example, group) in enumerate(zip(texts, groups, strict=True)):
        for kind, text in _variants(example.text, neighbours[group], seed, english=english):
            plain = _plain(text)
            if plain and plain not in seen and not is_held_out(text, keys):
                seen.add(plain)
                variants.append(Variant(text, parent, kind))
    return tuple(variants)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _neighbours(
    examples: Sequence[Example], groups: Sequence[tuple[str, int]], seed: int
) -> dict[tuple[str, int], _Neighbours]:
    texts: dict[tuple[str, int], list[str]] = {}
    for example, group in zip(examples, groups, strict=True):
        texts.setdefault(group, []).append(example.text)
    return {group: _neighbours_of(own, seed) for group, own in texts.items()}


def _neighbours_of(texts: Sequence[str], seed: int) -> _Neighbours:
    """Names among the texts are those with a word that they never write without a capital."""
    small = {word for text in texts for word in text.split() if word.islower()}
    names = frozenset(
        name.text
        for text in texts
        for name in find_names(text)
        if name.sure and not small.issuperset(name.text.lower().split())
    )
    long = (text for text in texts if len(text.split()) >= _LONG)
    return _Neighbours(names, Ring.of(names, seed), Ring.of(long, seed))


def _variants(
    text: str, neighbours: _Neighbours, seed: int, *, english: bool
) -> Iterator[tuple[str, str]]:
    """Each change of `text` with its kind; a change that finds nothing returns the text itself."""
    renamed = text
    if english:
        for section in SECTIONS:
            yield f"{section} words turned", turn_round(text, [section])
        renamed = _rename(text, neighbours, seed)
    yield "numbers swapped", swap_numbers(text)
    changed = change_numbers(renamed, seed)
    what = ["name"] * (renamed != text) + ["numbers"] * (changed != renamed)
    yield f"{' and '.join(what)} changed", changed
    if english and changed != text:
        yield "words turned, name or numbers changed", turn_round(changed)
    yield "words left out", _leave_out(text, seed)
    yield "clauses joined", _join(text, neighbours.texts, seed)


def _rename(text: str, neighbours: _Neighbours, seed: int) -> str:
    """Put a neighbour's name in the place of one of those in `text`."""
    known = [name for name in find_names(text) if name.text in neighbours.known]
    if not known:
        return text
    place = draw(seed, text, "name")
    name = known[place % len(known)]
    other = neighbours.names.borrow(place, name.text)
    return text if other is None else text[: name.start] + other + text[name.end :]


def _leave_out(text: str, seed: int) -> str:
    words = text.split()
    if len(words) < _FEWEST_WORDS:
        return text
    by_chance = sorted(range(len(words)), key=lambda word: draw(seed, text, "left out", word))
    dropped = set(by_chance[: max(1, round(_DROPPED * len(words)))])
    return " ".join(word for position, word in enumerate(words) if position not in dropped)


def _join(text: str, ring: Ring, seed: int) -> str:
    """The beginning of `text`, and the end of another text, both cut between clauses."""
    words = text.split()
    other = ring.borrow(draw(seed, text, "clauses"), text) if len(words) >= _LONG else None
    if other is None:
        return text
    end = other.split()
    return " ".join(words[: _between_clauses(words)] + end[_between_clauses(end) :])


def _between_clauses(words: Sequence[str]) -> int:
    """Where to cut: after the punctuation nearest to the middle, in the middle if there is none."""
    middle = len(words) // 2
    quarter = len(words) // 4
    near = range(middle - quarter, middle + quarter + 1)
    cuts = [cut for cut in near if words[cut - 1][-1] in _CLAUSE_ENDS]
    return min(cuts, key=lambda cut: abs(cut - middle), default=middle)
