from collections.abc import Sequence
from typing import TypeAlias

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.batches import Batches, TokenIds, padded, predict_logits, token_id_rows
from train.network import build_network
from train.vectorizer import TokenIdVectorizer

Batch: TypeAlias = tuple[np.ndarray, np.ndarray, np.ndarray]

TEXTS = (
    "Profit rose to EUR 5.6 mn",
    "",
    "Sales fell, and sales fell again",
    "a " * 150 + "profit",
    "Sales rose",
) * 20  # more than are looked up together


def rows_of(lengths: Sequence[int]) -> list[TokenIds]:
    """Ids that tell text, place, and words from pairs: no two are alike, and none is 0."""
    return [
        1 + 1000 * number + np.arange(2 * length, dtype=np.int32).reshape(2, length)
        for number, length in enumerate(lengths)
    ]


def batches_of(rows: Sequence[TokenIds], size: int = 8, seed: int = 0) -> Batches:
    """Of texts whose targets and weights say their numbers."""
    numbers = np.arange(len(rows), dtype=np.float32)
    return Batches(rows, np.column_stack([numbers, -numbers]), numbers / 2, size=size, seed=seed)


def order(epoch: Sequence[Batch]) -> list[int]:
    """The numbers of the texts, as the targets have them."""
    return [int(number) for _, targets, _ in epoch for number in targets[:, 0]]


@pytest.fixture(scope="module")
def mixed() -> list[TokenIds]:
    """2,000 texts as long as headlines and sentences are."""
    return rows_of(np.random.default_rng(0).integers(5, 60, 2000).tolist())


@given(st.lists(st.integers(1, 40), min_size=1, max_size=200), st.integers(1, 16))
def test_each_epoch_has_every_text_once_with_its_own_target_and_weight(
    lengths: list[int], size: int
) -> None:
    rows = rows_of(lengths)
    batches = batches_of(rows, size)
    for _ in range(2):
        epoch = list(batches)
        assert sorted(order(epoch)) == list(range(len(rows)))
        for ids, targets, weights in epoch:
            assert 1 <= len(ids) <= size
            np.testing.assert_array_equal(targets[:, 1], -targets[:, 0])
            np.testing.assert_array_equal(weights, targets[:, 0] / 2)
            expected = padded([rows[int(number)] for number in targets[:, 0]])
            np.testing.assert_array_equal(ids, expected)


@given(st.integers(1, 3000), st.integers(1, 16))
def test_their_number_is_known_beforehand(count: int, size: int) -> None:
    batches = batches_of(rows_of([1] * count), size)
    assert len(batches) == len(list(batches))


def test_little_of_a_batch_is_padding(mixed: list[TokenIds]) -> None:
    ids = [ids for ids, _, _ in batches_of(mixed, size=16)]
    padding = sum(int((each == 0).sum()) for each in ids) / sum(each.size for each in ids)
    assert padding < 0.05  # half of it would be, if any texts came together


def test_the_lengths_of_batches_follow_no_order(mixed: list[TokenIds]) -> None:
    widths = [ids.shape[1] for ids, _, _ in batches_of(mixed, size=16)]
    ranks = np.corrcoef(np.arange(len(widths)), widths)[0, 1]
    assert abs(ranks) < 0.3


def test_the_order_differs_between_epochs(mixed: list[TokenIds]) -> None:
    batches = batches_of(mixed)
    first, second = order(list(batches)), order(list(batches))
    assert first != second
    together = [{frozenset(order([batch])) for batch in batches} for _ in range(2)]
    assert not together[0] & together[1]  # and so do the texts that are in a batch together


def test_the_same_seed_gives_the_same_orders_and_another_one_others(mixed: list[TokenIds]) -> None:
    first, again, other = (
        [order(list(batches)) for _ in range(2)]
        for batches in (batches_of(mixed, seed=seed) for seed in (1, 1, 2))
    )
    assert first == again
    assert first != other


@given(st.lists(st.integers(1, 12), min_size=1, max_size=12))
def test_padding_stands_behind_the_words_and_behind_the_pairs(lengths: list[int]) -> None:
    rows = rows_of(lengths)
    ids = padded(rows).reshape(len(rows), 2, max(lengths))
    for row, found in zip(rows, ids, strict=True):
        length = row.shape[1]
        np.testing.assert_array_equal(found[:, :length], row)
        assert not found[:, length:].any()


def test_the_ids_of_a_text_are_those_of_the_vectorizer_without_padding() -> None:
    vectorizer = TokenIdVectorizer().fit(TEXTS)
    rows = token_id_rows(vectorizer, [*TEXTS, "profit Zug Berg"])
    assert rows.pop().shape == (2, 2)  # unknown words at the end count as padding
    for text, row in zip(TEXTS, rows, strict=True):
        np.testing.assert_array_equal(row, vectorizer.transform([text]).reshape(2, -1))


@pytest.fixture(scope="module")
def network() -> keras.Model:
    keras.utils.set_random_seed(0)
    return build_network(id_count=50, classes=3)


@pytest.fixture(scope="module")
def headlines() -> list[TokenIds]:
    draw = np.random.default_rng(1)
    return [
        draw.integers(1, 50, (2, length), dtype=np.int32) for length in draw.integers(1, 30, 40)
    ]


def test_logits_come_in_the_order_of_the_texts_whatever_their_lengths(
    network: keras.Model, headlines: list[TokenIds]
) -> None:
    together = predict_logits(network, headlines)
    alone = np.concatenate([predict_logits(network, [row]) for row in headlines])
    assert together.shape == (40, 3)
    np.testing.assert_allclose(together, alone, atol=1e-5)
    assert np.abs(np.diff(together, axis=0)).max() > 1e-3


@pytest.mark.parametrize("size", [1, 7, 512])
def test_logits_are_the_same_in_batches_of_any_size(
    network: keras.Model, headlines: list[TokenIds], size: int
) -> None:
    expected = predict_logits(network, headlines)
    found = predict_logits(network, headlines, batch_size=size)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_of_no_texts_there_are_no_logits(network: keras.Model) -> None:
    assert predict_logits(network, []).shape == (0, 3)
