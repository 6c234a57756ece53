import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.amounts import change_numbers, swap_numbers

WITH_NUMBERS = st.lists(
    st.sampled_from(["EUR", "$", "%", "mn", "16.6", "11,200", "5", "2008", "to", "-", "Q3", "0.5"])
    | st.text()
).map(" ".join)


@pytest.mark.parametrize(
    ("text", "swapped"),
    [
        ("up from EUR 16.6 mn to EUR 11.2 mn", "up from EUR 11.2 mn to EUR 16.6 mn"),
        ("EUR13 .6 m from EUR9 .1 m", "EUR9 .1 m from EUR13 .6 m"),
        ("5 % more, EUR 7 mn from EUR 9 mn, 6 %", "6 % more, EUR 7 mn from EUR 9 mn, 5 %"),
        ("EUR 5 mn ( $ 7 mn ) from EUR 4 mn", "EUR 4 mn ( $ 7 mn ) from EUR 5 mn"),
        ("Rs 279 crore from Rs 1,300 crore", "Rs 1,300 crore from Rs 279 crore"),
        ("target cut to $25 from $30", "target cut to $30 from $25"),
        ("3 of 5 ships in 2008", "5 of 3 ships in 2008"),
        ("12 million from 15 million", "15 million from 12 million"),
        ("4 and 4 and 6", "6 and 4 and 4"),
    ],
)
def test_two_numbers_of_one_kind_change_places(text: str, swapped: str) -> None:
    assert swap_numbers(text) == swapped


@pytest.mark.parametrize(
    "text",
    [
        "EUR 5 mn in 3 years",
        "from 2007 to 2008",
        "on 7 May at 10.58 am, May 9 , 12.5.2008, 3-4",
        "4 and 4",
        "the S&P 500 and the Nifty 50",
        "Q3, B2B, 52-week, 3G, #5, https://example.org/5/6",
        "no number at all",
        "",
    ],
)
def test_without_two_such_numbers_the_text_stays(text: str) -> None:
    assert swap_numbers(text) == text


def test_numbers_get_other_digits_and_years_dates_and_codes_stay() -> None:
    text = "On 7 May 2008 the S&P 500 rose 1.25 % to 1,234 , Q3 sales by EUR 16 mn"
    pattern = (
        r"On 7 May 2008 the S&P 500 rose (\d\.\d\d) % to (\d,\d{3}) , Q3 sales by EUR (\d\d) mn"
    )
    first, second = (re.fullmatch(pattern, change_numbers(text, seed)) for seed in (0, 1))
    assert first is not None
    assert second is not None
    assert first.groups() != second.groups()
    assert ("1.25", "1,234", "16") not in (first.groups(), second.groups())


def test_a_number_below_one_stays_below_one() -> None:
    changed = [change_numbers("Prices rose 0.25 %", seed) for seed in range(20)]
    assert all(text.startswith("Prices rose 0.") for text in changed)
    assert len(set(changed)) > 10


@given(WITH_NUMBERS, st.integers(0, 9))
def test_changed_numbers_are_as_long_as_they_were(text: str, seed: int) -> None:
    changed = change_numbers(text, seed)
    assert re.sub("[0-9]", "0", changed) == re.sub("[0-9]", "0", text)
    assert changed == change_numbers(text, seed)


@given(WITH_NUMBERS)
def test_swapped_numbers_are_those_of_the_text(text: str) -> None:
    assert sorted(swap_numbers(text)) == sorted(text)
