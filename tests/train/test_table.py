from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.corpus import CorpusError, Example
from train.table import read_table, require_classes

HEADER = "text,label\n"
GOOD = HEADER + "".join(f"Text {n} of {label},{label}\n" for n in range(10) for label in "abc")


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "mine.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(folder: Path, content: str | bytes, text: str = "text", label: str = "label") -> str:
    path = write(folder, content)
    with pytest.raises(CorpusError) as caught:
        read_table(path, text, label)
    return str(caught.value).removeprefix(str(path))


def test_any_labels_of_any_language_are_read(tmp_path: Path) -> None:
    rows = "".join(f'"Η τιμή ανέβηκε, {n}", άνοδος \n"価格 {n}",下落\n' for n in range(10))
    corpus = read_table(write(tmp_path, HEADER + rows), "text", "label")
    assert {example.label for example in corpus.examples} == {"άνοδος", "下落"}
    assert corpus.examples[0] == Example("Η τιμή ανέβηκε, 0", "άνοδος", "mine.csv")
    assert (corpus.sources[0].name, corpus.sources[0].rows) == ("mine.csv", 20)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoted", [False, True])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str, quoted: bool) -> None:
    mark = '"' if quoted else ""
    lines = [line.replace(",", f"{mark}{delimiter}{mark}") for line in GOOD.splitlines()]
    content = "\n".join(f"{mark}{line}{mark}" for line in lines)
    assert len(read_table(write(tmp_path, content), "text", "label").examples) == 30


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_and_any_line_ends_are_fine(tmp_path: Path, newline: str) -> None:
    content = "\N{ZERO WIDTH NO-BREAK SPACE}" + GOOD.replace("\n", newline)
    assert len(read_table(write(tmp_path, content), "text", "label").examples) == 30


def test_columns_may_stand_anywhere_and_blank_lines_between_rows(tmp_path: Path) -> None:
    rows = "".join(f"{n},up,Text {n}\n\n{n},down,Words {n}\n" for n in range(10))
    corpus = read_table(write(tmp_path, f"id,mood,body\n{rows}"), "body", "mood")
    assert corpus.examples[:2] == (
        Example("Text 0", "up", "mine.csv"),
        Example("Words 0", "down", "mine.csv"),
    )


def test_a_text_may_be_longer_than_the_csv_modules_own_limit(tmp_path: Path) -> None:
    content = f"{GOOD}{'long ' * 40_000},a\n"
    assert len(read_table(write(tmp_path, content), "text", "label").examples[-1].text) == 200_000


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", ":1: the file is empty: give it a header and rows."),
        ("\n \n", ":1: the file is empty: give it a header and rows."),
        ("id,body\n1,x\n", ':1: column "text" is missing, name one of id, body.'),
        (
            "text,label,label\nx,y,z\n",
            ':1: column "label" is there twice, among text, label, label.',
        ),
        (HEADER, ": add labelled texts, there are none."),
        (HEADER + "x,a\ny\n", ":3: give the row 2 cells like the header, it has 1."),
        (HEADER + "x,a\ny,b,c\n", ":3: give the row 2 cells like the header, it has 3."),
        (HEADER + "x,a\ny, \n", ':3: fill in column "label", it is empty.'),
        (HEADER + '"two\nlines",a\n ,b\n', ':4: fill in column "text", it is empty.'),
        (HEADER + "x,a\n\ny,\n", ':4: fill in column "label", it is empty.'),
        (HEADER + "x,a\ny,b\0\n", ":3: remove the NUL character, or save the file as UTF-8."),
        (HEADER.encode() + b"x,a\r\ncaf\xe9,b\n", ":3: save the file as UTF-8, this line is not."),
        (
            b"\xef\xbb\xbf" + HEADER.encode() + b"caf\xe9,b\n",
            ":2: save the file as UTF-8, this line is not.",
        ),
        (GOOD.encode("utf-16"), ":1: save the file as UTF-8, this line is not."),
        (GOOD.encode("utf-16-le"), ":1: remove the NUL character, or save the file as UTF-8."),
    ],
)
def test_bad_input_is_refused_in_one_sentence_with_its_line(
    tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    assert refusal(tmp_path, content) == sentence


@pytest.mark.parametrize("row", ['"never closed,a\n', '"closed" early,a\n'])
def test_quotation_marks_out_of_place_are_refused_where_they_open(tmp_path: Path, row: str) -> None:
    sentence = refusal(tmp_path, f"{GOOD}{row}Text,b\n")
    assert sentence.startswith(":32: close the quotation marks of this row")


def test_a_single_class_is_refused(tmp_path: Path) -> None:
    content = HEADER + "".join(f"Text {n},up\n" for n in range(20))
    assert refusal(tmp_path, content) == (': add texts of a second class, all there are have "up".')


def test_a_class_with_fewer_than_ten_different_texts_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"Text {n},up\nWords {n % 9},down\n" for n in range(20))
    assert refusal(tmp_path, HEADER + rows) == (
        ': class "down" has 9 different texts: add some, it takes at least 10, or leave the class'
        " out."
    )


def test_one_column_for_both_is_refused(tmp_path: Path) -> None:
    sentence = refusal(tmp_path, GOOD, "label", "label")
    assert sentence == 'Name two columns with --text-column and --label-column: both are "label".'


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"No such file or directory\): name a CSV file"):
        read_table(tmp_path / "nowhere.csv", "text", "label")
    with pytest.raises(CorpusError, match=r"cannot be read \(.+\): name a CSV file with --csv\.$"):
        read_table(tmp_path, "text", "label")


def test_classes_can_be_checked_again_after_texts_were_dropped() -> None:
    examples = [Example(f"Text {n}", label, "mine") for n in range(10) for label in "ab"]
    require_classes(examples, "What is left")
    with pytest.raises(CorpusError, match=r'^What is left: class "b" has 9 different texts'):
        require_classes(examples[:-1], "What is left")


@given(content=st.binary() | st.text(st.characters(codec="utf-8")).map(lambda t: HEADER + t))
def test_no_file_ends_in_anything_but_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: str | bytes
) -> None:
    path = write(tmp_path_factory.getbasetemp(), content)
    with pytest.raises(CorpusError, match=r"(?s).+\.$"):
        read_table(path, "text", "label")


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), max_size=8))
def test_texts_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    written = [text for text in texts if text.strip()]
    quoted = "".join(f'"{text.replace(chr(34), chr(34) * 2)}",c\n' for text in written)
    enough = "".join(f"Good {n},c\n" for n in range(10))
    path = write(tmp_path_factory.getbasetemp(), GOOD + enough + quoted)
    examples = read_table(path, "text", "label").examples[40:]
    assert [example.text for example in examples] == written
