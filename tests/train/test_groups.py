import re
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from train import groups
from train.groups import near_duplicate_groups

WORDS = ("profit", "rose", "fell", "to", "EUR", "5.5", "12", "Ähtäri", "mn", "in", "Q1", "Q2")


def slowly(texts: list[str], threshold: float) -> list[frozenset[int]]:
    """The clusters by definition: every pair compared, then merged."""
    tokens = [set(re.findall(r"\w+", re.sub(r"\d[\d.,]*", "0", text.lower()))) for text in texts]
    clusters = [frozenset({n}) for n in range(len(texts))]
    for a, b in combinations(range(len(texts)), 2):
        union = len(tokens[a] | tokens[b])
        if union == 0 or len(tokens[a] & tokens[b]) >= threshold * union - 1e-9:
            merged = frozenset().union(*(c for c in clusters if a in c or b in c))
            clusters = [c for c in clusters if not c & merged] + [merged]
    return clusters


def clusters_of(ids: npt.NDArray[np.intp]) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(ids == each).tolist()) for each in np.unique(ids)}


@given(
    st.lists(st.lists(st.sampled_from(WORDS), max_size=10).map(" ".join), max_size=25),
    st.sampled_from([0.5, 0.8, 1.0]),
)
def test_clusters_are_those_of_the_definition(texts: list[str], threshold: float) -> None:
    assert clusters_of(near_duplicate_groups(texts, threshold)) == set(slowly(texts, threshold))


@given(st.lists(st.text(max_size=20), min_size=1, max_size=20))
def test_any_text_gets_a_cluster(texts: list[str]) -> None:
    ids = near_duplicate_groups(texts)
    assert sorted(set(ids.tolist())) == list(range(int(ids.max()) + 1))


def test_sentences_that_differ_in_numbers_and_one_word_are_near_duplicates() -> None:
    ids = near_duplicate_groups(
        [
            "Operating profit rose to EUR 5.5 mn from EUR 4 mn in the second quarter",
            "Operating profit fell to EUR 12,250 mn from EUR 7 mn in the second quarter",
            "The board meets on Monday",
        ]
    )
    assert ids[0] == ids[1] != ids[2]


def test_clusters_join_texts_through_a_third() -> None:
    chain = ["a b c d e f g h i j", "a b c d e f g h i k", "a b c d e f g h l k"]
    assert len(set(near_duplicate_groups(chain).tolist())) == 1


def test_clusters_reach_across_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["profit rose", "board meets", "sales fell", "rose profit", "meets the board"]
    monkeypatch.setattr(groups, "_CHUNK", 2)
    assert clusters_of(near_duplicate_groups(texts, 0.6)) == {
        frozenset({0, 3}),
        frozenset({1, 4}),
        frozenset({2}),
    }
