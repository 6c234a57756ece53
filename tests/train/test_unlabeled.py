import gzip
import logging
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from train.corpus import CorpusError
from train.holdout import key
from train.unlabeled import TERMS, UnlabeledCorpus, read_unlabeled

ROOT = Path(__file__).resolve().parents[2]
SENTENCES = [f"Alder builds ferry number {number} at the yard" for number in range(200)]


def write(data: Path, lines: list[str], name: str = "reuters21578_sentences") -> Path:
    folder = data / "unlabeled"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.txt.gz"
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))
    return path


def read(data: Path, count: int = 50, seed: int = 0, **options: object) -> list[str]:
    corpus = read_unlabeled(data, per_file={"reuters21578": count}, seed=seed, **options)
    return [sentence.text for sentence in corpus.sentences]


def test_the_sample_has_the_number_asked_for_and_no_sentence_twice(tmp_path: Path) -> None:
    write(tmp_path, SENTENCES + SENTENCES)
    sample = read(tmp_path)
    assert len(sample) == len(set(sample)) == 50
    assert set(sample) < set(SENTENCES)
    assert sorted(read(tmp_path, 1000)) == sorted(SENTENCES)


def test_the_sample_does_not_depend_on_the_order_of_the_lines(tmp_path: Path) -> None:
    write(tmp_path, SENTENCES)
    sample = read(tmp_path)
    write(tmp_path, SENTENCES[::-1])
    assert read(tmp_path) == sample
    assert read(tmp_path, seed=1) != sample


def test_a_greater_sample_begins_with_the_smaller_one(tmp_path: Path) -> None:
    write(tmp_path, SENTENCES)
    assert read(tmp_path, 80)[:50] == read(tmp_path, 50)


def test_a_file_that_grows_keeps_its_sample_but_for_new_sentences(tmp_path: Path) -> None:
    write(tmp_path, SENTENCES)
    sample = read(tmp_path)
    added = [f"Oakham sells mill number {number} to a rival" for number in range(20)]
    write(tmp_path, added + SENTENCES)
    grown = read(tmp_path)
    assert [text for text in grown if text not in added] == sample[: -len(set(grown) & set(added))]


def test_sentences_are_of_5_to_40_words(tmp_path: Path) -> None:
    lengths = (0, 1, 4, 5, 40, 41, 300)
    write(tmp_path, [" ".join(["word"] * length) for length in lengths])
    assert sorted(len(text.split()) for text in read(tmp_path)) == [5, 40]


def test_sentences_that_are_trained_on_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, ["Orders ROSE by 5 %, it said.", "Orders fell by 5 %, it said."])
    training = ["Orders rose by 5 % , it said ."]
    assert read(tmp_path, training=training) == ["Orders fell by 5 %, it said."]


def test_of_sentences_with_the_same_letters_one_is_taken(tmp_path: Path) -> None:
    write(
        tmp_path,
        ["Stocks fall as oil rises", "STOCKS FALL AS OIL RISES", "Άλλη μία πρόταση για εδώ"],
    )
    assert len(read(tmp_path)) == 2


def test_held_out_sentences_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, SENTENCES)
    keys = frozenset(map(key, SENTENCES[:150]))
    monkeypatch.setattr("train.unlabeled.held_out_keys", lambda: keys)
    assert sorted(read(tmp_path)) == sorted(SENTENCES[150:])


def test_each_sentence_names_its_source_and_each_source_its_terms(tmp_path: Path) -> None:
    write(tmp_path, SENTENCES[:10])
    write(tmp_path, SENTENCES[5:], "mine")
    corpus = read_unlabeled(tmp_path, per_file={"reuters21578": 10, "mine": 500}, seed=0)
    assert {each.text: each.source for each in corpus.sentences} == {
        text: "reuters21578" if number < 10 else "mine" for number, text in enumerate(SENTENCES)
    }
    reuters, mine = corpus.sources
    assert (reuters.name, reuters.rows, len(reuters.sha256)) == ("reuters21578", 10, 64)
    assert reuters.licence == "for research purposes only (unlabelled, for distillation)"
    assert (mine.rows, mine.licence.split(" (")[0]) == (190, "as its owner states")


def test_the_public_sources_have_the_terms_that_the_page_on_data_gives() -> None:
    assert TERMS.keys() == {"fed_beige_book", "reuters21578", "uci_news_business_headlines"}
    page = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    for name, terms in TERMS.items():
        assert any(f"`{name}" in row and terms.split(",")[0] in row for row in rows)


def test_a_source_that_was_not_asked_for_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, SENTENCES).write_bytes(b"damaged")
    assert read(tmp_path, 0) == []


@pytest.mark.parametrize("folder", [True, False])
def test_without_sentences_one_line_says_what_is_lost(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, folder: bool
) -> None:
    caplog.set_level(logging.INFO)
    if folder:
        (tmp_path / "unlabeled").mkdir()
    per_file = {"fed_beige_book": 5, "reuters21578": 5}
    assert read_unlabeled(tmp_path, per_file=per_file, seed=0) == UnlabeledCorpus((), ())
    (line,) = caplog.messages
    assert "lacks fed_beige_book, reuters21578: the network learns from fewer sentences" in line


# Without the time, as the names of tests come of it, and each worker has to find the same ones.
WHOLE = gzip.compress(b"A sentence of six plain words\n" * 99, mtime=0)
NOT_UTF_8 = gzip.compress(b"A sentence of six plain words\ncaf\xe9\n", mtime=0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not gzip", r"pack its sentences with gzip anew, the file is damaged"),
        (WHOLE[:-9], r"pack its sentences with gzip anew"),
        (WHOLE[:12] + bytes([WHOLE[12] ^ 0xFF]) + WHOLE[13:], r"pack its sentences with gzip anew"),
        (NOT_UTF_8, r":2: save the file as UTF-8"),
    ],
)
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, content: bytes, sentence: str) -> None:
    write(tmp_path, []).write_bytes(content)
    with pytest.raises(CorpusError, match=rf"reuters21578_sentences\.txt\.gz.*{sentence}"):
        read(tmp_path)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "unlabeled" / "reuters21578.txt.gz").mkdir(parents=True)
    with pytest.raises(CorpusError, match="cannot be read"):
        read(tmp_path)


@settings(max_examples=50)
@given(lines=st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_any_lines_can_be_read(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    data = tmp_path_factory.mktemp("any")
    write(data, lines)
    assert all(5 <= len(text.split()) <= 40 for text in read(data))
