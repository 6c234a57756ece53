from pathlib import Path

import pytest

from train.corpus import CorpusError
from train.sentfin import headline_label, read_sentfin


def read(tmp_path: Path, *rows: str) -> list[tuple[str, str]]:
    path = tmp_path / "sentfin" / "SEntFiN.csv"
    path.parent.mkdir()
    path.write_text("\n".join(("S No.,Title,Decisions,Words", *rows)), encoding="utf-8")
    return [(example.text, example.label) for example in read_sentfin(tmp_path).examples]


@pytest.mark.parametrize(
    ("sentiments", "label"),
    [
        ({"neutral"}, "neutral"),
        ({"positive"}, "positive"),
        ({"negative"}, "negative"),
        ({"neutral", "positive"}, "positive"),
        ({"neutral", "negative"}, "negative"),
        ({"positive", "negative"}, None),
        ({"positive", "negative", "neutral"}, None),
    ],
)
def test_a_headline_has_the_sentiment_that_is_not_neutral(
    sentiments: set[str], label: str | None
) -> None:
    assert headline_label(frozenset(sentiments)) == label


def test_headlines_with_good_and_bad_news_are_left_out(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        "1,\"Alder gains, Oakham dips\",\"{'Alder': 'positive', 'Oakham': 'negative'}\",4",
        "2,\"Alder gains, Oakham waits\",\"{'Alder': 'positive', 'Oakham': 'neutral'}\",4",
    )
    assert rows == [("Alder gains, Oakham waits", "positive")]


@pytest.mark.parametrize(
    ("decisions", "label"),
    [
        ("{'Tess's Bakery': 'positive'}", "positive"),
        ("{'Oakham': 'neutral', 'Tess's': 'negative'}", "negative"),
        ("{\"Tess's Bakery\": 'positive'}", "positive"),
        ("{'Oakham, Inc.': 'negative', \"Tess's\": 'neutral'}", "negative"),
        ("{'a neutral': 'positive'}", "positive"),
    ],
)
def test_entities_with_stray_apostrophes_are_not_lost(
    tmp_path: Path, decisions: str, label: str
) -> None:
    quoted = decisions.replace('"', '""')
    assert read(tmp_path, f'7,A headline,"{quoted}",2') == [("A headline", label)]


@pytest.mark.parametrize(
    "row", ["1,A headline,{},2", "1,A headline,positive,2", "1,,{'A': 'neutral'},0"]
)
def test_a_row_without_title_or_sentiment_is_refused_with_its_line(
    tmp_path: Path, row: str
) -> None:
    with pytest.raises(CorpusError, match=r"SEntFiN\.csv:2: write a Title, and Decisions like"):
        read(tmp_path, row)


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sentfin" / "SEntFiN.csv"
    path.parent.mkdir()
    path.write_text("Title,Sentiment\n", encoding="utf-8")
    with pytest.raises(CorpusError, match='column "Decisions" is missing'):
        read_sentfin(tmp_path)
