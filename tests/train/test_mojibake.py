import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.mojibake import repair, spellings

# Nothing in these can be part of a damaged character.
PLAIN = st.text(string.ascii_letters.replace("x", "") + string.digits + " .,;:%$()'\"`&/!?\n\t")
DAMAGED = (
    "+ñ",
    "+Â",
    "+à",
    "-®",
    "-¦ s ",
    "  x20ac ",
    "+ó  x201a -¼",
    "+óEUR TM s ",
    "+ó s ",
    "Ã¤",
)


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("H+ñm+ñl+ñ", "Hämälä"),
        ("+àbo and G+Âteborg", "Åbo and Göteborg"),
        ("caf+® in S+úo", "café in São"),
        ("-® 2009 and 5 -Ál", "© 2009 and 5 µl"),
        ("+1-á555", "+1\N{NO-BREAK SPACE}555"),
        ("M++nster", "Münster"),
        ("up to  x20ac 5 mn", "up to  € 5 mn"),
        ("( x20ac )", "( € )"),
        ("a loss of +ó  x201a -¼ 5 mn", "a loss of € 5 mn"),
        ("the firm+óEUR TM s sales", "the firm’ s sales"),
        ("the firm+ó EUR TM s sales", "the firm’ s sales"),
        ("the Fund+ó s shares", "the Fund’ s shares"),
        ("the firm -¦ s sales", "the firm ´ s sales"),
        ("fell to +é 5 million", "fell to \N{REPLACEMENT CHARACTER} 5 million"),
        ("HÃ¤mÃ¤lÃ¤ â€“ â‚¬ 5", "Hämälä – € 5"),
    ],
)
def test_damaged_characters_come_back(damaged: str, whole: str) -> None:
    assert repair(damaged) == whole


@pytest.mark.parametrize(
    "text",
    [
        "C++ developers cost + 5 % more",
        "the range is 20 % -40 % , +3 -2",
        "S+P 500 and R&D+fees",
        "vis-à-vis Société Générale, 5 € – naïve",
        "model x20acb, 0x20ac",
        "Å, ä and ö are letters",
        "",
    ],
)
def test_text_without_damage_is_left_alone(text: str) -> None:
    assert repair(text) == text


@given(PLAIN)
def test_ascii_without_markers_is_left_alone(text: str) -> None:
    assert repair(text) == text


@given(st.text() | st.lists(PLAIN | st.sampled_from(DAMAGED)).map("".join))
def test_repairing_twice_changes_nothing(text: str) -> None:
    assert repair(repair(text)) == repair(text)


@given(st.sampled_from([chr(code) for code in range(0xC0, 0x100)]))
def test_a_letter_that_went_through_cp850_comes_back_or_stays_as_it_was(letter: str) -> None:
    damaged = letter.encode().decode("cp850").replace("├", "+").encode("latin-1", "replace")
    text = f"a{damaged.decode('latin-1')}b"
    assert repair(text) in {f"a{letter}b", text, "aüb"}
    assert unicodedata.category(letter)[0] in "LS"


def test_spellings_hold_the_forms_that_letters_stand_for() -> None:
    assert "a loss of  x201a  5" in spellings("a loss of € 5")
    assert "the firmEUR TM s" in spellings("the firm’ s")
    assert spellings("plain") == {"plain"}
