import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from train.lessons import Lessons, batches_of, pad

token_lists = st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=20), min_size=1)


def shuffled(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(token_lists, st.integers(1, 5))
def test_an_epoch_has_every_text_once_in_batches_of_the_given_size(
    tokens: list[list[int]], size: int
) -> None:
    batches = list(batches_of(tokens, size, shuffled()))
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(tokens)))
    assert len(batches) == -(-len(tokens) // size)
    assert max(map(len, batches)) <= size


def test_epochs_differ_in_their_order() -> None:
    tokens = [[1] * (1 + index % 7) for index in range(50)]
    first, second = (
        np.concatenate(list(batches_of(tokens, 4, shuffled(seed)))).tolist() for seed in (0, 1)
    )
    assert first != second


def test_texts_of_like_length_are_batched_together() -> None:
    tokens = [[1] * (1 + index % 30) for index in range(600)]
    spread = [
        np.ptp([len(tokens[row]) for row in batch]) for batch in batches_of(tokens, 20, shuffled())
    ]
    assert np.mean(spread) < 3


@given(token_lists)
def test_padding_is_masked_and_nothing_else(tokens: list[list[int]]) -> None:
    ids, mask = pad(tokens)
    assert ids.shape == mask.shape
    assert mask.sum(axis=1).tolist() == [len(each) for each in tokens]
    for row, each in enumerate(tokens):
        assert ids[row][mask[row] == 1].tolist() == each
    assert not ids[mask == 0].any()


def test_chosen_lessons_keep_what_belongs_together() -> None:
    lessons = Lessons(
        ["a", "b", "c"],
        np.array([0, 1, 2]),
        np.eye(3, dtype=np.float32),
        np.array([1, 2, 3], dtype=np.float32),
    ).take(np.array([2, 0]))
    assert lessons.texts == ["c", "a"]
    assert lessons.heads.tolist() == [2, 0]
    assert lessons.targets.argmax(axis=1).tolist() == [2, 0]
    assert lessons.weights.tolist() == [3, 1]
