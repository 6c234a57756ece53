from pathlib import Path

import pytest

from train.corpus import CorpusError
from train.twitter import read_twitter


def read(tmp_path: Path, content: str) -> list[tuple[str, str]]:
    path = tmp_path / "twitter_financial_news" / "sent_train.csv"
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    return [(example.text, example.label) for example in read_twitter(tmp_path).examples]


def test_numbers_become_labels(tmp_path: Path) -> None:
    content = 'text,label\n$ALD sinks,0\n"$ALD, up",1\n"$ALD\nwaits",2\n'
    assert read(tmp_path, content) == [
        ("$ALD sinks", "negative"),
        ("$ALD, up", "positive"),
        ("$ALD\nwaits", "neutral"),
    ]


@pytest.mark.parametrize("row", ["$ALD sinks,3", "$ALD sinks,", ",1"])
def test_a_row_without_text_or_label_is_refused_with_its_line(tmp_path: Path, row: str) -> None:
    with pytest.raises(CorpusError, match=r"sent_train\.csv:4: write a text, and 0, 1 or 2"):
        read(tmp_path, f'text,label\n"a\nb",0\n{row}\n')
