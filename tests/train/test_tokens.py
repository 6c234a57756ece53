import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from train.tokens import lower_case, number_pattern, token_pattern

PATTERN = re.compile(token_pattern())
NUMBER_PATTERN = re.compile(number_pattern())
SYMBOLS = "%$€£+!?&-"
CHARACTERS = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000]
ASSIGNED = [c for c in CHARACTERS if unicodedata.category(c) != "Cn"]


def tokens(text: str) -> list[str]:
    return PATTERN.findall(lower_case(text))


def is_number(token: str) -> bool:
    return NUMBER_PATTERN.fullmatch(token) is not None


def test_every_character_has_its_simple_lower_case() -> None:
    simple = {"İ": "i"}
    wrong = [c for c in CHARACTERS if lower_case(c) != simple.get(c, c.lower())]
    assert wrong == []


def test_lower_case_never_changes_the_number_of_characters() -> None:
    assert [c for c in CHARACTERS if len(lower_case(c)) != 1] == []


@settings(deadline=None)
@given(st.text(st.characters() | st.sampled_from("ΣσςİiIıẞß\u0307")))
def test_a_character_s_lower_case_does_not_depend_on_its_neighbours(text: str) -> None:
    assert lower_case(text) == "".join(map(lower_case, text))


def test_a_final_capital_sigma_is_an_ordinary_sigma() -> None:
    assert lower_case("ΟΔΟΣ ΣΑΣ") == "οδοσ σασ"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Operating profit ROSE", ["operating", "profit", "rose"]),
        ("1,000.5 12.25, 7.", ["1,000.5", "12.25", "7"]),
        (".5 ,5 1..2", ["5", "5", "1", "2"]),
        ("EUR35.4mn", ["eur", "35.4", "mn"]),
        ("-3% $5 €4 +£1", ["-", "3", "%", "$", "5", "€", "4", "+", "£", "1"]),
        ("R&D? Buy!!", ["r", "&", "d", "?", "buy", "!", "!"]),
        ("it's x_y #tag (a/b)", ["it", "s", "x", "y", "tag", "a", "b"]),
        ("Yhtiön liikevoitto nousi", ["yhtiön", "liikevoitto", "nousi"]),
        ("Чистая прибыль выросла", ["чистая", "прибыль", "выросла"]),
        ("लाभ में वृद्धि", ["लाभ", "में", "वृद्धि"]),
        ("ارتفع الرِّبْح ١٢٫٥٪", ["ارتفع", "الرِّبْح", "١٢", "٥"]),
        ("१२.५ ３，０００ 𝟏𝟐", ["१२.५", "３", "０００", "𝟏𝟐"]),
        ("利润增长12%", ["利润增长", "12", "%"]),
        ("", []),
        (" \t\n\0\u200b\u00a0😀", []),
    ],
)
def test_a_text_is_cut_into_words_numbers_and_symbols(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_marks_stay_with_their_letters() -> None:
    text = unicodedata.normalize("NFD", "résumé")
    assert len(text) == 8
    assert tokens(text) == [text]


def test_a_letter_that_unicode_may_still_add_among_others_is_part_of_a_word() -> None:
    unassigned = "\u0378"  # in the Greek block, between U+0377 and U+037A
    assert tokens(f"αβ{unassigned}γ") == [f"αβ{unassigned}γ"]


def test_letters_marks_digits_and_the_symbols_are_tokens_and_nothing_else_is() -> None:
    def wanted(c: str) -> bool:
        return unicodedata.category(c)[0] in "LM" or unicodedata.category(c) == "Nd" or c in SYMBOLS

    assert [c for c in ASSIGNED if (PATTERN.fullmatch(c) is not None) != wanted(c)] == []


def test_digits_of_every_script_are_numbers_and_nothing_else_is() -> None:
    digits = [c for c in ASSIGNED if unicodedata.category(c) == "Nd"]
    assert [c for c in ASSIGNED if is_number(c)] == digits


def test_no_code_point_is_in_words_and_in_numbers() -> None:
    assert [c for c in CHARACTERS if is_number(c) and PATTERN.fullmatch(c + "a")] == []


@settings(deadline=None)
@given(st.text(st.characters() | st.sampled_from("19,.٣x-%")))
def test_a_token_is_a_number_exactly_if_it_starts_with_a_digit(text: str) -> None:
    for token in tokens(text):
        assert is_number(token) == is_number(token[0])


@settings(deadline=None)
@given(st.text())
def test_what_lies_between_tokens_holds_nothing_that_would_be_one(text: str) -> None:
    assert tokens(PATTERN.sub(" ", lower_case(text))) == []


def test_the_patterns_name_no_class_that_depends_on_the_engine() -> None:
    for pattern in (token_pattern(), number_pattern()):
        assert re.findall(r"\\[A-Za-z]|\[:|\(\?[^:]", pattern) == []
