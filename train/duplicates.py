"""Texts that a corpus holds more than once."""

from collections.abc import Sequence
from dataclasses import dataclass

from train.corpus import Example


@dataclass(frozen=True, slots=True)
class DuplicateReport:
    """What was dropped: `removed` examples, among them all those of the `conflicting` texts."""

    removed: int
    conflicting: tuple[str, ...]


def drop_duplicates(examples: Sequence[Example]) -> tuple[tuple[Example, ...], DuplicateReport]:
    """Keep the first of the examples whose texts differ in white space at most.

    A text that has two labels is dropped whole: neither label can be trusted. The order stays.
    """
    same_text: dict[str, list[Example]] = {}
    for example in examples:
        same_text.setdefault(" ".join(example.text.split()), []).append(example)
    conflicting = tuple(
        text for text, group in same_text.items() if len({each.label for each in group}) > 1
    )
    dropped = set(conflicting)
    kept = tuple(group[0] for text, group in same_text.items() if text not in dropped)
    return kept, DuplicateReport(len(examples) - len(kept), conflicting)
