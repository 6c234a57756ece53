"""Generated texts have what they are generated for."""

from collections import Counter
from itertools import islice, pairwise

from hypothesis import given
from hypothesis import strategies as st

from bench.language import Language, extended

WORDS = ["the", "0", "profit", "fell"]


@given(st.integers(0, 200), st.integers(0, 9))
def test_a_text_has_as_many_words_as_asked_for(length: int, seed: int) -> None:
    assert len(Language(WORDS, {"profit": ["fell"]}, seed).text(length).split()) == length


@given(st.lists(st.text("zqab", min_size=1), unique=True), st.integers(0, 100))
def test_made_up_words_are_new_ones(words: list[str], size: int) -> None:
    more = extended(words, size)
    assert len(set(more)) == size
    assert more[: len(words)] == words[:size]


def test_the_same_seed_gives_the_same_texts() -> None:
    first, second = (list(Language(WORDS, {}, seed=5).corpus(10)) for _ in range(2))
    assert first == second


def test_a_corpus_holds_every_word_once_before_it_repeats_any() -> None:
    words = extended([], 40)
    first = " ".join(islice(Language(words, {}, seed=0).corpus(5), 4))
    assert sorted(first.split()) == sorted(words)


def test_a_corpus_ends_after_its_sentences() -> None:
    assert len(list(Language(WORDS, {}, seed=0).corpus(10))) == 1 + 10


def test_words_are_the_more_frequent_the_earlier_they_come() -> None:
    counts = Counter(Language(["a", "b", "c"], {}, seed=0).text(3000).split())
    assert counts["a"] > counts["b"] > counts["c"]


def test_half_of_the_words_follow_their_left_neighbour() -> None:
    words = extended(["profit"], 1000)
    text = Language(words, {word: ["follower"] for word in words}, seed=0).text(3000).split()
    # A follower has none itself, so every other word is one at most.
    followed = [right == "follower" for left, right in pairwise(text) if left != "follower"]
    assert 0.45 < sum(followed) / len(followed) < 0.55


def test_the_number_word_becomes_different_numbers() -> None:
    numbers = set(Language(["0"], {}, seed=0).text(50).split())
    assert len(numbers) > 10
    assert all(10 <= float(number) < 100 for number in numbers)
