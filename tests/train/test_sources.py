import re
from collections import Counter
from pathlib import Path

import pytest

from train.corpus import CorpusError
from train.sources import READERS, find_data, read_corpora


def test_the_folder_that_was_named_is_used(tmp_path: Path) -> None:
    assert find_data(tmp_path) == tmp_path


def test_the_first_usual_folder_that_exists_is_used(tmp_path: Path) -> None:
    assert find_data(None, (tmp_path / "data", tmp_path)) == tmp_path


@pytest.mark.parametrize("named", [True, False])
def test_a_missing_folder_is_refused_with_what_to_do(tmp_path: Path, named: bool) -> None:
    missing = tmp_path / "nowhere"
    with pytest.raises(CorpusError, match=r"no folder .*`make data`.*--csv FILE\.$"):
        find_data(missing if named else None, (missing,))


def test_all_corpora_are_read_unless_some_are_named(data_folder: Path) -> None:
    corpus = read_corpora(data_folder)
    assert [source.name for source in corpus.sources] == list(READERS)
    assert len(corpus.examples) == 3 * 63


def test_several_corpora_are_read_one_after_the_other(data_folder: Path) -> None:
    corpus = read_corpora(data_folder, ("twitter_financial_news", "sentfin"))
    assert [source.name for source in corpus.sources] == ["twitter_financial_news", "sentfin"]
    assert Counter(example.source for example in corpus.examples) == {
        "twitter_financial_news": 63,
        "sentfin": 63,
    }


@pytest.mark.parametrize("name", READERS)
def test_every_corpus_carries_licence_rows_and_sum(data_folder: Path, name: str) -> None:
    corpus = read_corpora(data_folder, (name,))
    (source,) = corpus.sources
    assert source.name == name
    assert source.licence
    assert source.rows == len(corpus.examples)
    assert re.fullmatch("[0-9a-f]{64}", source.sha256)
    assert {example.label for example in corpus.examples} == {"negative", "neutral", "positive"}


@pytest.mark.parametrize("name", READERS)
def test_every_corpus_stands_on_the_page_on_data(name: str) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "data.md"
    assert f"| `{name}/` |" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("names", [("reuters",), ("sentfin", "sentfin"), ()])
def test_names_that_are_not_corpora_are_refused_with_those_that_are(
    data_folder: Path, names: tuple[str, ...]
) -> None:
    with pytest.raises(CorpusError, match="Name each corpus once, out of financial_phrasebank, "):
        read_corpora(data_folder, names)


@pytest.mark.parametrize("name", READERS)
def test_a_corpus_that_is_not_there_is_refused_with_make_data(tmp_path: Path, name: str) -> None:
    with pytest.raises(CorpusError) as refused:
        read_corpora(tmp_path, (name,))
    sentence = f"{tmp_path} lacks {name}: fetch what is missing with `make data`."
    assert str(refused.value) == sentence


def test_where_some_corpora_are_there_the_refusal_says_how_to_do_with_them(
    phrasebank_only: Path,
) -> None:
    with pytest.raises(CorpusError) as refused:
        read_corpora(phrasebank_only)
    assert str(refused.value) == (
        f"{phrasebank_only} lacks sentfin, twitter_financial_news: fetch what is missing with"
        " `make data`, or do without: --sources financial_phrasebank."
    )


@pytest.mark.parametrize("name", READERS)
def test_a_corpus_that_lost_its_file_is_refused_with_make_data(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(CorpusError, match=r"No such file.*: fetch it with `make data`\.$"):
        read_corpora(tmp_path, (name,))
