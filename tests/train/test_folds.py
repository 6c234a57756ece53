from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.corpus import CorpusError, Example
from train.folds import assign_folds
from train.groups import near_duplicate_groups

LABELS = ("down", "flat", "up")
WORDS = ("profit", "sales", "rose", "fell", "again", "5", "7.5", "1,000")


def different_examples(counts: dict[tuple[str, str], int]) -> list[Example]:
    """So many of each source and label, none of them like another."""
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    return [
        Example(f"{chr(0x4E00 + number)} {chr(0x5E00 + number)}", label, source)
        for number, (source, label) in enumerate(kinds)
    ]


def places(examples: list[Example], fold: np.ndarray, folds: int) -> dict[object, list[int]]:
    """How many of each source and label are in each part."""
    counted = Counter(
        ((example.source, example.label), part)
        for example, part in zip(examples, fold.tolist(), strict=True)
    )
    kinds = {kind for kind, _ in counted}
    return {kind: [counted[kind, part] for part in range(folds)] for kind in kinds}


@given(
    texts=st.lists(
        st.lists(st.sampled_from(WORDS), max_size=6),
        min_size=30,
        max_size=60,
    ),
    folds=st.integers(2, 5),
    seed=st.integers(0, 2**32 - 1),
)
def test_near_duplicates_are_in_one_part_and_no_part_is_empty(
    texts: list[list[str]], folds: int, seed: int
) -> None:
    examples = [
        Example(" ".join(words), LABELS[number % 3], "even" if number % 2 else "odd")
        for number, words in enumerate(texts)
    ]
    groups = near_duplicate_groups([example.text for example in examples])
    if len(np.unique(groups)) < folds:
        with pytest.raises(CorpusError):
            assign_folds(examples, folds, seed)
        return
    fold = assign_folds(examples, folds, seed)
    assert np.unique(fold).tolist() == list(range(folds))
    parts = {(group, part) for group, part in zip(groups, fold, strict=True)}
    assert len(parts) == len(np.unique(groups))


def test_each_part_has_its_share_of_each_source_and_class() -> None:
    counts = {
        (source, label): count
        for source, many in (("large", 30), ("small", 6))
        for label, count in zip(LABELS, (many, 2 * many, 5 * many), strict=True)
    }
    examples = different_examples(counts)
    found = places(examples, assign_folds(examples, 3, seed=0), 3)
    assert found == {kind: [count // 3] * 3 for kind, count in counts.items()}


def test_a_source_with_too_little_of_a_class_is_no_obstacle() -> None:
    """Warnings are errors here: scikit-learn gives one for what a user need not care about."""
    examples = different_examples(
        {("large", "up"): 20, ("large", "down"): 20, ("small", "up"): 20, ("small", "down"): 2}
    )
    fold = assign_folds(examples, 5, seed=0)
    by_label = [Example(each.text, each.label, "any") for each in examples]
    for counts in places(by_label, fold, 5).values():
        assert max(counts) - min(counts) <= 1


def test_sources_that_each_have_little_are_no_obstacle() -> None:
    examples = different_examples({(source, label): 4 for source in "abc" for label in LABELS})
    fold = assign_folds(examples, 5, seed=0)
    assert np.unique(fold).tolist() == [0, 1, 2, 3, 4]


def test_the_same_seed_gives_the_same_parts_and_another_one_others() -> None:
    examples = different_examples({("mine", "up"): 30, ("mine", "down"): 30})
    first, again, other = (assign_folds(examples, 3, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_texts_that_are_all_alike_are_refused_in_a_sentence() -> None:
    examples = [
        Example(f"Profit was EUR {number} mn", LABELS[number % 3], "mine") for number in range(30)
    ]
    with pytest.raises(CorpusError, match=r"^The texts are so alike that they count as 1 .+\.$"):
        assign_folds(examples, 5, seed=0)
