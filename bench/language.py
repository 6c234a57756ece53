"""Generated texts: as many as are needed, of any length, whose words have Zipf's frequencies."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, islice, product
from random import Random
from string import ascii_lowercase

from train.tokens import NUMBER

_ZIPF_OFFSET = 2.7  # Mandelbrot's: the first few words are less frequent than Zipf's law has it
_FOLLOWING = 0.5
_SENTENCE_WORDS = 12


class Language:
    """Words, the most frequent first, and the words that like to follow them.

    Each word is drawn with a probability of 1 / (rank + 2.7); but every second one on average is
    one of those that follow its left neighbour, if there are any, so that texts hold known pairs.

    Args:
        words: at least one; ``train.tokens.NUMBER`` among them stands for numbers of any digits.
        followers: words by the word that they follow.
        seed: same seed, same texts.
    """

    def __init__(
        self, words: Sequence[str], followers: Mapping[str, Sequence[str]], seed: int
    ) -> None:
        self._words = list(words)
        self._followers = followers
        self._random = Random(seed)  # noqa: S311  # not for secrets
        total = 0.0
        self._cumulated = [
            total := total + 1 / (rank + _ZIPF_OFFSET) for rank in range(1, len(words) + 1)
        ]

    def text(self, length: int) -> str:
        """Return a text of so many words, which are as many tokens."""
        drawn = iter(self._random.choices(self._words, cum_weights=self._cumulated, k=length))
        words: list[str] = []
        for word in drawn:
            followers = self._followers.get(words[-1]) if words else None
            follow = followers and self._random.random() < _FOLLOWING
            words.append(self._random.choice(followers) if followers and follow else word)
        return " ".join(self._number() if word == NUMBER else word for word in words)

    def corpus(self, sentences: int) -> Iterator[str]:
        """Yield sentences that hold every word once, and then so many sentences of any words."""
        shuffled = self._random.sample(self._words, len(self._words))
        for start in range(0, len(shuffled), _SENTENCE_WORDS):
            yield " ".join(shuffled[start : start + _SENTENCE_WORDS])
        for _ in range(sentences):
            yield self.text(_SENTENCE_WORDS)

    def _number(self) -> str:
        return f"{self._random.randrange(10, 100)}.{self._random.randrange(10)}"


def extended(words: Sequence[str], size: int) -> list[str]:
    """Return ``size`` words: the given ones, then ones that are made up where there are too few."""
    known = set(words)
    made_up = (
        f"zq{''.join(letters)}"
        for length in count(1)
        for letters in product(ascii_lowercase, repeat=length)
    )
    missing = (word for word in made_up if word not in known)
    return [*words[:size], *islice(missing, max(0, size - len(words)))]
