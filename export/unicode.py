"""Unicode texts for the proof of parity: every character there is, and random mixtures."""

import random
from collections.abc import Iterator, Sequence

_SURROGATES = range(0xD800, 0xE000)
_CHARACTERS = [chr(code) for code in range(0x110000) if code not in _SURROGATES]
_PER_TEXT = 8
_SEPARATORS = ("", " ", "  ", "-", ".", ",", "'", "\n", "\x00")


def every_character() -> Iterator[str]:
    """Yield texts in which each Unicode scalar value stands beside letters, digits and alone."""
    for start in range(0, len(_CHARACTERS), _PER_TEXT):
        characters = _CHARACTERS[start : start + _PER_TEXT]
        yield " | ".join(f"profit{c}fell {c} eur{c}3{c}5" for c in characters)


def random_mixtures(words: Sequence[str], count: int, seed: int = 0) -> Iterator[str]:
    """Yield texts made of known words in any case, numbers and characters of any script.

    Args:
        words: words of the vocabulary, at least one.
        count: how many texts.
        seed: same seed, same texts.
    """
    generator = random.Random(seed)  # noqa: S311  # not for secrets
    pieces = (
        lambda: generator.choice(words),
        lambda: generator.choice(words).upper(),
        lambda: generator.choice(words).title(),
        lambda: f"{generator.uniform(0, 1e6):,.{generator.randrange(4)}f}",
        lambda: generator.choice(_CHARACTERS),
        lambda: chr(generator.randrange(0x20, 0x250)),
    )
    for _ in range(count):
        parts = [generator.choice(pieces)() for _ in range(generator.randrange(40))]
        yield "".join(part + generator.choice(_SEPARATORS) for part in parts)
