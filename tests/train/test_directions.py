import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.directions import SECTIONS, turn_round

WORDS = ["an", "a", "increase", "rose", "Fell", "UP", "profit", "and", "loss", "to", "cut", "Best"]
WITH_DIRECTIONS = st.lists(st.sampled_from(WORDS) | st.text()).map(" ".join)


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("Profit rose to EUR 5 mn", "Loss fell to EUR 5 mn"),
        ("Orders have risen", "Orders have fallen"),
        ("it expects sales to grow", "it expects sales to shrink"),
        ("sales are growing", "sales are shrinking"),
        ("Alder gains 3 %, Oakham loses", "Alder drops 3 %, Oakham gains"),
        ("Stocks Fall as Oil Prices Drop", "Stocks Rise as Oil Prices Jump"),
        ("STOCKS FALL AS OIL PRICES DROP", "STOCKS RISE AS OIL PRICES JUMP"),
        ("the loss-making unit", "the profitable unit"),
    ],
)
def test_each_word_becomes_its_opposite_in_the_same_form(text: str, turned: str) -> None:
    assert turn_round(text) == turned


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("Alder will cut prices", "Alder will hike prices"),
        ("Alder cut prices", "Alder hiked prices"),
        ("prices were sharply cut", "prices were sharply hiked"),
        ("a rate cut", "a rate hike"),
        ("Alder beat forecasts", "Alder missed forecasts"),
        ("Alder may beat forecasts", "Alder may miss forecasts"),
        ("Alder is to lower its forecast", "Alder is to raise its forecast"),
        ("a lower forecast", "a higher forecast"),
    ],
)
def test_a_word_of_several_forms_takes_that_of_its_place(text: str, turned: str) -> None:
    assert turn_round(text) == turned


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("an increase in sales", "a decrease in sales"),
        ("A drop and An upgrade", "A jump and A downgrade"),
        ("a downgrade", "an upgrade"),
        ("class A upgraded", "class A downgraded"),
    ],
)
def test_the_article_follows(text: str, turned: str) -> None:
    assert turn_round(text) == turned


@pytest.mark.parametrize(
    "text",
    [
        "the profit and loss account",
        "gains or losses",
        "whether to buy or sell",
        "Alder sets up a unit for up to 5 ships",
        "a profit warning over double digit margins",
        "gave rise to questions",
        "a high speed train",
        "sales fell short of plans",
        "Alder raises Rs 279 cr via bonds",
        "it raised about $5 million",
        "the ferries sail to Best Buy and to Lower Saxony",
        "Best Buy names its chief",
        "$UP and https://example.org/up/down #bullish",
        "a non-profit with start-ups",
        "The company is based in Helsinki",
        "",
    ],
)
def test_where_no_direction_is_meant_the_text_stays(text: str) -> None:
    assert turn_round(text) == text


def test_one_section_can_be_turned_alone() -> None:
    text = "Profit rose on strong orders"
    assert turn_round(text, ["moving"]) == "Profit fell on strong orders"
    assert turn_round(text, ["standing"]) == "Loss rose on weak orders"


@given(WITH_DIRECTIONS)
def test_any_text_can_be_turned_and_keeps_what_is_no_word(text: str) -> None:
    for sections in ([], ["moving"], SECTIONS):
        turned = turn_round(text, sections)
        assert [each for each in turned if not each.isalpha()] == [
            each for each in text if not each.isalpha()
        ]
    assert turn_round(text, []) == text
