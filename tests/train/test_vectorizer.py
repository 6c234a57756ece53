from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Self

import joblib
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import Tags, get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.validation import check_is_fitted, validate_data

from train.tokens import NUMBER
from train.vectorizer import NUMBER_ID, START, UNKNOWN, TokenIds, TokenIdVectorizer

TEXTS = (
    "Profit rose 5 %",
    "Profit fell 7.5 %",
    "Sales rose",
    "Sales fell, profit rose",
)
FITTED = TokenIdVectorizer().fit(TEXTS)
# Mostly words that are known, so that pairs occur, and anything else between them.
WORDS = st.sampled_from(["profit", "rose", "Sales", "fell", "12", "%"]) | st.text()
ANY_TEXT = st.lists(WORDS).map(" ".join)
Check = Callable[[TokenIdVectorizer], None]


def halves(ids: TokenIds) -> tuple[TokenIds, TokenIds]:
    """The ids of the words and those of the pairs, ``[N, L]`` each."""
    words, pairs = np.split(ids, 2, axis=1)
    return words, pairs


class RowsAsTexts(TokenIdVectorizer):
    """Spells rows of numbers as texts: scikit-learn's checks bring arrays of numbers only.

    For an estimator of texts, its own CountVectorizer among them, it skips nearly all of them
    (sklearn.utils.estimator_checks, ``_yield_all_checks``).
    """

    def fit(self, X: npt.ArrayLike, y: object = None) -> Self:  # noqa: N803  # scikit-learn's name
        return super().fit(_spelled(validate_data(self, X)))

    def transform(self, X: npt.ArrayLike) -> TokenIds:  # noqa: N803  # scikit-learn's name
        check_is_fitted(self)
        return super().transform(_spelled(validate_data(self, X, reset=False)))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = False
        tags.input_tags.two_d_array = True
        return tags


def _spelled(rows: Iterable[Iterable[float]]) -> list[str]:
    return [" ".join("abcdefghij"[int(cell) % 10] for cell in row) for row in rows]


@parametrize_with_checks([RowsAsTexts(min_df=1)])
def test_it_keeps_the_rules_of_scikit_learn(estimator: RowsAsTexts, check: Check) -> None:
    check(estimator)


def test_scikit_learn_is_told_that_it_takes_texts() -> None:
    tags = get_tags(TokenIdVectorizer())
    assert (tags.input_tags.string, tags.input_tags.two_d_array) == (True, False)
    assert tags.transformer_tags.preserves_dtype == []


def test_a_clone_has_the_settings_and_nothing_that_was_learned() -> None:
    settings = {"max_words": 7, "max_pairs": 3, "min_df": 1}
    copy = clone(TokenIdVectorizer(**settings).fit(TEXTS))
    assert copy.get_params() == settings
    with pytest.raises(NotFittedError):
        copy.transform(TEXTS)


def test_settings_can_be_changed_after_it_was_made() -> None:
    changed = TokenIdVectorizer().set_params(max_pairs=0, min_df=1).fit(TEXTS)
    assert (changed.min_df, changed.pair_ids_) == (1, {})


def test_it_gives_the_same_ids_after_it_was_stored(tmp_path: Path) -> None:
    joblib.dump(FITTED, tmp_path / "vectorizer.joblib")
    restored = joblib.load(tmp_path / "vectorizer.joblib")
    np.testing.assert_array_equal(restored.transform(TEXTS), FITTED.transform(TEXTS))
    assert restored.get_params() == FITTED.get_params()


def test_it_has_to_be_fitted_first() -> None:
    with pytest.raises(NotFittedError):
        TokenIdVectorizer().transform(TEXTS)


@pytest.mark.parametrize("method", ["fit", "transform"])
def test_a_single_string_is_refused(method: str) -> None:
    with pytest.raises(TypeError, match=r"^a single string .*: wrap it in a list$"):
        getattr(clone(FITTED).fit(TEXTS), method)("Profit rose")


@pytest.mark.parametrize("wrong", [None, 7, 1.5, b"Profit", ["Profit"]])
@pytest.mark.parametrize("method", ["fit", "transform"])
def test_what_is_no_string_is_refused_with_its_position(method: str, wrong: object) -> None:
    message = f"^text 1 is a {type(wrong).__name__}: every text has to be a string$"
    with pytest.raises(TypeError, match=message):
        getattr(clone(FITTED).fit(TEXTS), method)(["Profit rose", wrong])


@pytest.mark.parametrize("texts", [[], ["", " "], ["every", "word", "once"]])
def test_texts_without_a_common_word_are_refused(texts: list[str]) -> None:
    with pytest.raises(ValueError, match=r"no word is in 2 texts or more"):
        TokenIdVectorizer().fit(texts)


@pytest.mark.parametrize("setting", [{"max_words": 0}, {"max_pairs": -1}, {"min_df": 0}])
def test_settings_that_make_no_sense_are_refused(setting: dict[str, int]) -> None:
    (name,) = setting
    with pytest.raises(ValueError, match=rf"^{name} has to be at least [01], not "):
        TokenIdVectorizer(**setting).fit(TEXTS)


@pytest.mark.parametrize("container", [tuple, iter, np.array])
def test_any_iterable_of_texts_will_do(container: Callable[[Sequence[str]], Iterable[str]]) -> None:
    np.testing.assert_array_equal(FITTED.transform(container(TEXTS)), FITTED.transform(TEXTS))


def test_ids_are_unknown_number_start_words_and_pairs_in_this_order() -> None:
    assert (UNKNOWN, FITTED.number_id_, FITTED.start_id_) == (0, 1, 2)
    words = [number for word, number in FITTED.word_ids_.items() if word != NUMBER]
    assert [*words, *FITTED.pair_ids_.values()] == list(range(START + 1, FITTED.id_count_))


def test_words_are_numbered_from_the_most_frequent_on() -> None:
    words = {word: number for word, number in FITTED.word_ids_.items() if word != NUMBER}
    assert words == {"profit": 3, "rose": 4, "%": 5, "fell": 6, "sales": 7}


def test_a_text_becomes_its_words_and_then_the_pairs_that_end_at_each() -> None:
    words, pairs = halves(FITTED.transform(["PROFIT rose sharply, 99 %"]))
    word, pair = FITTED.word_ids_, FITTED.pair_ids_
    assert words.tolist() == [[START, word["profit"], word["rose"], UNKNOWN, NUMBER_ID, word["%"]]]
    assert pairs.tolist() == [
        [
            UNKNOWN,
            pair[START, word["profit"]],
            pair[word["profit"], word["rose"]],
            UNKNOWN,
            UNKNOWN,
            pair[NUMBER_ID, word["%"]],
        ]
    ]


def test_a_text_without_a_token_is_the_start_alone() -> None:
    assert FITTED.transform(["", "…"]).tolist() == [[START, UNKNOWN], [START, UNKNOWN]]


def test_no_texts_give_no_rows() -> None:
    ids = FITTED.transform([])
    assert (ids.shape, ids.dtype) == ((0, 2), np.int64)


@settings(deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=6))
def test_neighbours_add_nothing_but_padding_to_a_text_s_ids(texts: list[str]) -> None:
    together = halves(FITTED.transform(texts))
    for position, text in enumerate(texts):
        for beside, alone in zip(together, halves(FITTED.transform([text])), strict=True):
            length = alone.shape[1]
            assert beside[position, :length].tolist() == alone[0].tolist()
            assert not beside[position, length:].any()


@settings(deadline=None)
@given(ANY_TEXT)
def test_ids_are_always_rows_of_the_embedding_table(text: str) -> None:
    words, pairs = halves(FITTED.transform([text]))
    assert words[0, 0] == START
    assert np.isin(words[0, 1:], [UNKNOWN, NUMBER_ID, *FITTED.word_ids_.values()]).all()
    assert np.isin(pairs, [UNKNOWN, *FITTED.pair_ids_.values()]).all()


def test_every_number_is_the_same_word() -> None:
    words, _ = halves(FITTED.transform(["5", "1,000.25", "٣", "0"]))
    assert words.tolist() == [[START, NUMBER_ID]] * 4


def test_numbers_are_unknown_where_none_could_be_learned() -> None:
    fitted = TokenIdVectorizer(min_df=1).fit(["Profit rose"])
    assert fitted.number_id_ == UNKNOWN
    assert fitted.transform(["5"]).tolist() == [[START, UNKNOWN, UNKNOWN, UNKNOWN]]


def test_a_word_counts_once_in_each_text() -> None:
    assert "buy" not in TokenIdVectorizer().fit(["Buy buy buy", "sell", "sell"]).word_ids_


def test_the_words_of_most_texts_are_kept_and_ties_go_by_the_alphabet() -> None:
    texts = ["d c b", "b c d", "d a", "a d"]
    assert list(TokenIdVectorizer(max_words=3).fit(texts).word_ids_) == ["d", "a", "b"]


def test_only_words_in_enough_texts_are_known() -> None:
    assert list(TokenIdVectorizer(min_df=3).fit(TEXTS).word_ids_) == ["profit", "rose"]


@pytest.mark.parametrize("max_pairs", [0, 1, 3])
def test_no_more_pairs_are_kept_than_asked_for(max_pairs: int) -> None:
    all_pairs = list(FITTED.pair_ids_)
    assert len(all_pairs) > 3
    kept = TokenIdVectorizer(max_pairs=max_pairs).fit(TEXTS)
    assert list(kept.pair_ids_) == all_pairs[:max_pairs]
    assert kept.id_count_ == FITTED.id_count_ - len(all_pairs) + max_pairs


def test_without_pairs_their_half_is_empty() -> None:
    _, pairs = halves(TokenIdVectorizer(max_pairs=0).fit(TEXTS).transform(TEXTS))
    assert not pairs.any()


def test_a_pair_is_known_only_where_both_its_words_are() -> None:
    texts = ["rare word", "rare word", "word", "word"]
    fitted = TokenIdVectorizer(max_words=1).fit(texts)
    assert fitted.word_ids_ == {"word": 3}
    assert fitted.pair_ids_ == {(START, 3): 4}


@settings(deadline=None)
@given(st.permutations([*TEXTS, *TEXTS[:2], "Costs 3 %", "costs fell - again"]))
def test_what_is_learned_does_not_depend_on_the_order_of_the_texts(texts: list[str]) -> None:
    first, second = TokenIdVectorizer().fit(texts), TokenIdVectorizer().fit(sorted(texts))
    assert list(first.word_ids_.items()) == list(second.word_ids_.items())
    assert list(first.pair_ids_.items()) == list(second.pair_ids_.items())


@settings(deadline=None)
@given(st.lists(ANY_TEXT, min_size=1))
def test_it_can_be_fitted_to_any_texts_that_share_a_word(texts: list[str]) -> None:
    fitted = TokenIdVectorizer().fit(["shared", "shared", *texts])
    assert fitted.transform(texts).max() < fitted.id_count_
