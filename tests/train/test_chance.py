from hypothesis import given
from hypothesis import strategies as st

from train.chance import Ring, draw

STRINGS = st.text(st.characters())


def test_a_draw_is_the_same_on_every_machine() -> None:
    """As given by ``printf '0\\0Profit rose\\0name\\0003' | sha256sum | cut -c1-16``."""
    assert draw(0, "Profit rose", "name", 3) == 0x120D6D77A25C74AE


@given(st.integers(), st.lists(STRINGS))
def test_any_words_draw_a_number_of_64_bits(seed: int, words: list[str]) -> None:
    assert 0 <= draw(seed, *words) < 2**64


def test_seed_and_words_all_count() -> None:
    drawn = {draw(0, "a", "b"), draw(1, "a", "b"), draw(0, "ab"), draw(0, "a", "c"), draw(0, "b")}
    assert len(drawn) == 5


@given(st.lists(STRINGS), st.integers(0, 2**64), STRINGS)
def test_what_is_borrowed_is_there_and_wanted(
    strings: list[str], number: int, unwanted: str
) -> None:
    borrowed = Ring.of(strings, 0).borrow(number, unwanted)
    wanted = set(strings) - {unwanted}
    assert borrowed in wanted if wanted else borrowed is None


@given(st.lists(STRINGS, min_size=1), STRINGS, st.integers(0, 2**64))
def test_one_more_string_lends_itself_or_changes_nothing(
    strings: list[str], added: str, number: int
) -> None:
    before = Ring.of(strings, 0).borrow(number, "\0")
    assert Ring.of([*strings, added], 0).borrow(number, "\0") in {before, added}


def test_every_string_is_borrowed_by_somebody() -> None:
    strings = [f"string {number}" for number in range(20)]
    ring = Ring.of(strings, 7)
    assert {ring.borrow(draw(7, number), "") for number in range(2000)} == set(strings)
