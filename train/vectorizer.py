"""From text to token ids: the scikit-learn half of the model.

Nothing here is as wide as the vocabulary. A text becomes as many ids as it has tokens, the network
looks their embeddings up, and the ONNX graph does the same: its cost follows the text.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, pairwise
from typing import Self, TypeVar, cast

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from train.tokens import NUMBER, lower_case, number_pattern, token_pattern

TokenIds = npt.NDArray[np.int64]
Feature = TypeVar("Feature", str, tuple[int, int])

UNKNOWN = 0
"""The id of padding, and of every word and pair outside the vocabulary."""
NUMBER_ID = 1
"""The id of every number: where a token is one, the graph adds 1 to the 0 of an unknown word."""
START = 2
"""The id at the first position of every text, so that no text is empty and first words pair up."""


class TokenIdVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped bases
    """Turn each text into the ids of its words and of its pairs of neighbouring words.

    Words and pairs share one range of ids, so one embedding table serves both. A pair is known
    only where both its words are.

    Args:
        max_words: at most this many words, the ones in most texts, are known.
        max_pairs: at most this many pairs, likewise; 0 for none.
        min_df: a word or pair is known if at least this many texts contain it.

    Attributes:
        start_id_: the id at the first position of every text.
        word_ids_: id of each known word, from ``start_id_ + 1`` on; ``NUMBER_ID`` of ``NUMBER``.
        number_id_: ``NUMBER_ID``, or ``UNKNOWN`` if there were no numbers to learn from.
        pair_ids_: id of each known pair, by the ids of its two words; they follow the words' ids.
        id_count_: number of ids in use, ``UNKNOWN`` and ``START`` included: the height of the
            embedding table.
        token_pattern_: regular expression of a token in lower case (Python's and RE2's).
        number_pattern_: regular expression of the tokens that are read as ``NUMBER``.
    """

    def __init__(
        self, *, max_words: int = 20_000, max_pairs: int = 20_000, min_df: int = 2
    ) -> None:
        self.max_words = max_words
        self.max_pairs = max_pairs
        self.min_df = min_df

    def fit(self, X: Iterable[str], y: object = None) -> Self:  # noqa: N803  # scikit-learn's name
        """Learn the vocabulary of ``X``; ``y`` is ignored.

        Raises:
            TypeError: ``X`` is a single string, or holds something else than strings.
            ValueError: a setting is too low, or no word is in enough texts.
        """
        self._refuse_low_settings()
        self.token_pattern_ = token_pattern()
        self.number_pattern_ = number_pattern()
        tokens = self._tokenizer()
        texts = [tokens(text) for text in _checked(X)]
        known = _most_frequent(texts, self.min_df, self.max_words)
        if not known:
            raise ValueError(
                f"no word is in {self.min_df} texts or more: give more texts or a lower min_df"
            )
        words = [word for word in known if word != NUMBER]
        self.start_id_ = START
        self.word_ids_ = {word: START + 1 + index for index, word in enumerate(words)}
        if len(words) < len(known):
            self.word_ids_[NUMBER] = NUMBER_ID
        self.number_id_ = self.word_ids_.get(NUMBER, UNKNOWN)
        pairs = _most_frequent(
            (self._known_pairs(self._word_ids(text)) for text in texts), self.min_df, self.max_pairs
        )
        first_pair = START + 1 + len(words)
        self.pair_ids_ = {pair: first_pair + index for index, pair in enumerate(pairs)}
        self.id_count_ = first_pair + len(pairs)
        return self

    def transform(self, X: Iterable[str]) -> TokenIds:  # noqa: N803  # scikit-learn's name
        """Return the ids of each text, int64 ``[N, 2 L]``.

        ``L`` is one more than the number of tokens of the longest text. Columns ``0 … L-1`` are
        the words' ids, ``START`` first; column ``L + i`` is the id of the pair that ends at
        position ``i``. Shorter texts are padded with 0.

        Raises:
            sklearn.exceptions.NotFittedError: ``fit`` has not been called.
            TypeError: ``X`` is a single string, or holds something else than strings.
        """
        check_is_fitted(self)
        tokens = self._tokenizer()
        rows = [self._word_ids(tokens(text)) for text in _checked(X)]
        length = max(map(len, rows), default=1)
        ids = np.zeros((len(rows), 2, length), dtype=np.int64)
        for row, words in zip(ids, rows, strict=True):
            row[0, : len(words)] = words
            row[1, 1 : len(words)] = [self.pair_ids_.get(pair, UNKNOWN) for pair in pairwise(words)]
        return ids.reshape(len(rows), 2 * length)

    def _refuse_low_settings(self) -> None:
        for name, least in (("max_words", 1), ("max_pairs", 0), ("min_df", 1)):
            if (value := getattr(self, name)) < least:
                raise ValueError(f"{name} has to be at least {least}, not {value}")

    def _tokenizer(self) -> Callable[[str], list[str]]:
        find_tokens = re.compile(self.token_pattern_).findall
        is_number = re.compile(self.number_pattern_).fullmatch

        def tokens(text: str) -> list[str]:
            return [
                NUMBER if is_number(token) else token for token in find_tokens(lower_case(text))
            ]

        return tokens

    def _word_ids(self, tokens: Iterable[str]) -> list[int]:
        return [START, *(self.word_ids_.get(token, UNKNOWN) for token in tokens)]

    @staticmethod
    def _known_pairs(ids: Iterable[int]) -> list[tuple[int, int]]:
        return [pair for pair in pairwise(ids) if UNKNOWN not in pair]

    def __sklearn_tags__(self) -> Tags:
        tags = cast("Tags", super().__sklearn_tags__())
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        if tags.transformer_tags is not None:
            tags.transformer_tags.preserves_dtype = []
        return tags


def _checked(texts: Iterable[str]) -> Sequence[str]:
    if isinstance(texts, str):
        raise TypeError(
            "a single string was given where a list of texts is expected: wrap it in a list"
        )
    texts = list(texts)
    for index, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(
                f"text {index} is a {type(text).__name__}: every text has to be a string"
            )
    return texts


def _most_frequent(texts: Iterable[Iterable[Feature]], min_df: int, most: int) -> list[Feature]:
    """Return the features that most texts contain, most frequent first, ties in their own order."""
    document_frequency = Counter(chain.from_iterable(map(set, texts)))
    known = [(-count, feature) for feature, count in document_frequency.items() if count >= min_df]
    return [feature for _, feature in sorted(known)[:most]]
