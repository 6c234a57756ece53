from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from train.corpus import CorpusError, Example
from train.phrasebank import AGREEMENT_FILES, NAME, read_phrasebank


def write(data: Path, rows: bytes, name: str = AGREEMENT_FILES[50]) -> Path:
    path = data / NAME / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(rows)
    return path


def test_agreement_is_that_of_the_strictest_file_with_the_row(data_folder: Path) -> None:
    corpus = read_phrasebank(data_folder)
    assert Counter(example.agreement for example in corpus.examples) == {
        50: 18,
        66: 15,
        75: 15,
        100: 15,
    }
    assert corpus.examples[0].agreement == 100
    assert corpus.examples[-1].agreement == 50


def test_agreement_belongs_to_text_and_label_together(data_folder: Path) -> None:
    write(data_folder, b"A deal .@neutral\r\nA deal .@positive\r\n")
    for name in (AGREEMENT_FILES[66], AGREEMENT_FILES[75]):
        write(data_folder, b"A deal .@positive\r\n", name)
    write(data_folder, b"", AGREEMENT_FILES[100])
    agreements = {each.label: each.agreement for each in read_phrasebank(data_folder).examples}
    assert agreements == {"neutral": 50, "positive": 75}


def test_the_label_comes_after_the_last_at_sign(data_folder: Path) -> None:
    write(data_folder, b"Write to ir@alder.example .@neutral\r\n")
    assert read_phrasebank(data_folder).examples == (
        Example("Write to ir@alder.example .", "neutral", NAME, 50),
    )


def test_texts_are_repaired(data_folder: Path) -> None:
    write(data_folder, "H+ñm+ñl+ñ Oy .@neutral\r\n".encode("latin-1"))
    assert read_phrasebank(data_folder).examples[0].text == "Hämälä Oy ."


def test_latin_1_line_separators_do_not_end_a_line(data_folder: Path) -> None:
    write(data_folder, b"Sales\x85rose .@positive\n")
    assert len(read_phrasebank(data_folder).examples) == 1


def test_the_sum_is_over_the_four_files_in_order(data_folder: Path) -> None:
    content = b"".join(
        (data_folder / NAME / name).read_bytes() for name in AGREEMENT_FILES.values()
    )
    assert read_phrasebank(data_folder).sources[0].sha256 == sha256(content).hexdigest()


@pytest.mark.parametrize("line", [b"no label", b"A deal .@bullish", b"@neutral"])
def test_a_malformed_line_is_refused_with_its_number(data_folder: Path, line: bytes) -> None:
    path = write(data_folder, b"A deal .@neutral\r\n\r\n" + line + b"\r\n")
    with pytest.raises(CorpusError) as refusal:
        read_phrasebank(data_folder)
    assert str(refusal.value).startswith(f"{path}:3: write the line as sentence@label")


def test_a_missing_agreement_file_is_refused(data_folder: Path) -> None:
    (data_folder / NAME / AGREEMENT_FILES[75]).unlink()
    with pytest.raises(CorpusError, match=r"Sentences_75Agree\.txt .*`make data`\.$"):
        read_phrasebank(data_folder)


KAGGLE = 'neutral,"The meeting , in HÃ¤mÃ¤lÃ¤ , is over ."\r\npositive,Sales rose .\r\n'


@pytest.mark.parametrize(
    "content", [KAGGLE.encode("latin-1"), KAGGLE.encode(), b"\xef\xbb\xbf" + KAGGLE.encode()]
)
def test_kaggles_copy_is_read_where_only_that_is_there(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, content, "all-data.csv")
    corpus = read_phrasebank(tmp_path)
    assert corpus.examples == (
        Example("The meeting , in Hämälä , is over .", "neutral", NAME),
        Example("Sales rose .", "positive", NAME),
    )
    assert corpus.sources[0].sha256 == sha256(content).hexdigest()


def test_kaggles_copy_may_be_in_a_one_byte_encoding(tmp_path: Path) -> None:
    write(tmp_path, 'neutral,"H+ñm+ñl+ñ , \x93old\x94 ."\r\n'.encode("latin-1"), "all-data.csv")
    assert read_phrasebank(tmp_path).examples[0].text == "Hämälä , “old” ."


def test_the_original_files_go_before_kaggles_copy(data_folder: Path) -> None:
    write(data_folder, KAGGLE.encode(), "all-data.csv")
    assert len(read_phrasebank(data_folder).examples) == 63


@pytest.mark.parametrize("row", ["bullish,Sales rose .", "Sales rose .", "neutral,Sales,rose"])
def test_a_malformed_row_of_kaggles_copy_is_refused(tmp_path: Path, row: str) -> None:
    path = write(tmp_path, f"{KAGGLE}{row}\r\n".encode(), "all-data.csv")
    with pytest.raises(CorpusError) as refusal:
        read_phrasebank(tmp_path)
    assert str(refusal.value).startswith(f"{path}:3: write the row as label,text")
