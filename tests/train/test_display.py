import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from train.display import LONGEST_LABEL, printable, table, width


@settings(deadline=None)
@given(st.text())
def test_no_label_can_act_on_a_terminal_or_break_a_line(label: str) -> None:
    shown = printable(label)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in shown)
    assert len(shown.splitlines()) <= 1
    assert len(shown) <= LONGEST_LABEL


@settings(deadline=None)
@given(st.text(st.characters(categories=("L", "N", "P", "S", "M")), max_size=LONGEST_LABEL))
def test_an_ordinary_label_is_shown_as_it_is(label: str) -> None:
    assert printable(label) == label


def test_a_long_label_ends_in_an_ellipsis() -> None:
    assert printable("x" * 25) == "x" * 23 + "…"


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("news", 4), ("消极", 4), ("e\u0301", 1), ("ｗ", 2), ("a\u200db", 2)],
)
def test_width_counts_terminal_columns(text: str, columns: int) -> None:
    assert width(text) == columns


def test_columns_line_up_whatever_the_script() -> None:
    assert table([("class", "rows"), ("消极", "7"), ("up", "1234")]) == (
        "  class  rows\n  消极      7\n  up     1234"
    )


def test_lines_carry_no_trailing_blanks() -> None:
    assert table([("a", ""), ("bbb", "")], indent="") == "a\nbbb"
