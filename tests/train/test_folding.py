import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from train.folding import KNOWN, MARKS, UNKNOWN, quantised, sum_of_word_and_pair, with_marks

TABLES = arrays(
    np.float32,
    st.tuples(st.integers(1, 6), st.integers(1, 4)),
    elements=st.floats(-1e3, 1e3, width=32),
)


@settings(deadline=None)
@given(TABLES)
def test_embeddings_are_rounded_by_half_a_step_at_most(table: np.ndarray) -> None:
    whole, step = quantised(table)
    np.testing.assert_array_equal(whole, whole.astype(np.int8))
    assert (np.abs(whole[1:] * step - table[1:]) <= 0.501 * step).all()


@settings(deadline=None)
@given(TABLES)
def test_the_unknown_word_has_no_embedding(table: np.ndarray) -> None:
    whole, _ = quantised(table)
    assert (whole[0] == 0).all()


def test_a_channel_of_zeros_stays_one() -> None:
    whole, step = quantised(np.zeros((3, 2), np.float32))
    assert (whole == 0).all()
    assert (step > 0).all()


def test_a_position_is_marked_by_its_word_whatever_its_pair() -> None:
    table = with_marks(np.arange(6, dtype=np.float32).reshape(3, 2))
    kernel = sum_of_word_and_pair(np.ones(2, np.float32))[:, 0, :, 0]
    for word, pair in ((0, 0), (1, 0), (1, 2)):
        position = (table[[word, pair]] * kernel).sum(axis=0)
        assert position[UNKNOWN] == (word == 0)
        assert position[KNOWN] == (word != 0)
        np.testing.assert_array_equal(
            position[:-MARKS], table[word, :-MARKS] + table[pair, :-MARKS]
        )
