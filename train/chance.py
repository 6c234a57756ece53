"""Chance that depends on a seed and on words, never on the place of a text among others."""

from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256


def draw(seed: int, *words: object) -> int:
    """Draw a number of 64 bits: the same for the same seed and words, on every machine.

    Python's `random` makes no such promise from one version to the next.
    """
    drawn = "\0".join(map(str, (seed, *words)))
    return int.from_bytes(sha256(drawn.encode("utf-8", "surrogatepass")).digest()[:8], "big")


@dataclass(frozen=True, slots=True)
class Ring:
    """Strings to borrow from, each at a place that chance gave it.

    Whoever comes with a number borrows the string at the next place, so that one string more or
    less changes only what its neighbours' borrowers get (Karger et al. 1997, "Consistent hashing
    and random trees").
    """

    places: tuple[int, ...]
    strings: tuple[str, ...]

    @classmethod
    def of(cls, strings: Iterable[str], seed: int) -> "Ring":
        """Give each of the different `strings` its place."""
        placed = sorted((draw(seed, string), string) for string in set(strings))
        return cls(tuple(place for place, _ in placed), tuple(string for _, string in placed))

    def borrow(self, number: int, unwanted: str) -> str | None:
        """Return the string at the first place after `number` that is not `unwanted`, if any."""
        start = bisect(self.places, number)
        for step in range(min(2, len(self.strings))):
            if (string := self.strings[(start + step) % len(self.strings)]) != unwanted:
                return string
        return None
