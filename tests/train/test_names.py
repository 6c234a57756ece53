import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.names import find_names, is_titled


def names(text: str) -> list[str]:
    return [name.text for name in find_names(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Shares of Marrow Bay fell", ["Shares of Marrow Bay"]),
        ("the shares of Marrow Bay fell", ["Marrow Bay"]),
        ("The Finnish ferry line Fjordline 's profit rose", ["Finnish", "Fjordline"]),
        ("an order from Alder & Sons, Bank of Oakham and Tess’s", None),
        ("profit of Quillon's unit in Åland", ["Quillon", "Åland"]),
        ("in March the CEO said that on Monday EUR 5 mn or Rs 7 cr", []),
        ("$ALDR rose, see https://example.org/Alder #Alder @Alder Q3 iron", []),
        ("nothing has a capital here", []),
        ("", []),
    ],
)
def test_names_are_found_by_their_capitals(text: str, found: list[str] | None) -> None:
    assert names(text) == (["Alder & Sons", "Bank of Oakham", "Tess"] if found is None else found)


def test_the_first_word_of_a_sentence_is_not_sure_to_be_a_name() -> None:
    found = {name.text: name.sure for name in find_names("Sales rose. Alder rose; for Alder too.")}
    assert found == {"Sales": False, "Alder": True}


@pytest.mark.parametrize(
    "text", ["Oil Prices Fall as Demand Drops", "STOCKS FALL AGAIN", "Alder Names a New Chief"]
)
def test_a_title_has_capitals_but_no_names(text: str) -> None:
    assert is_titled(text)
    assert names(text) == []


@given(st.text())
def test_any_text_gives_names_where_they_stand(text: str) -> None:
    for name in find_names(text):
        assert text[name.start : name.end] == name.text != ""
