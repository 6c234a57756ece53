"""The list of behavioural tests: what it holds, where it does not come from, how it is read."""

import csv
import gzip
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from train.behaviour_cases import COLUMNS, LABELS, Case, Labelled, committed_cases, read_cases
from train.corpus import CorpusError
from train.holdout import held_out_keys, is_held_out, key
from train.sources import READERS, find_data, read_corpora

CELLS = st.text(st.characters(exclude_categories=["Cs"]))
WORDS = st.sampled_from(["", "Text.", "MFT", "INV", "DIR", "same", "positive", "neutral rises"])
ROWS = st.tuples(*[CELLS | WORDS] * len(COLUMNS))


# The committed list


def pairs(kind: str) -> list[tuple[str, ...]]:
    found = [case.texts for case in committed_cases() if case.kind == kind]
    assert found
    return found


def apart(kind: str, reduced: Callable[[str], object]) -> list[tuple[str, ...]]:
    """The pairs of a kind that still differ after what makes up the kind is taken out."""
    return [texts for texts in pairs(kind) if len({str(reduced(text)) for text in texts}) > 1]


def test_every_kind_has_ten_cases_or_more() -> None:
    counts = Counter(case.kind for case in committed_cases())
    assert counts.total() >= 300
    assert {kind: count for kind, count in counts.items() if count < 10} == {}


def test_every_type_is_there_in_numbers() -> None:
    counts = Counter(case.type for case in committed_cases())
    assert counts.keys() == {"MFT", "INV", "DIR"}
    assert min(counts.values()) >= 100


def test_the_kinds_that_must_not_move_a_label_hold_pairs_of_that_type_only() -> None:
    kinds = {(case.kind, case.type == "INV") for case in committed_cases()}
    assert len({kind for kind, _ in kinds}) == len(kinds)


def test_no_text_stands_there_twice() -> None:
    counts = Counter(text for case in committed_cases() for text in case.texts)
    assert {text: count for text, count in counts.items() if count > 1} == {}


def test_texts_are_single_lines_without_blanks_around_them() -> None:
    texts = [text for case in committed_cases() for text in case.texts]
    assert [text for text in texts if text != text.strip() or len(text.splitlines()) > 1] == []


def test_labels_flip_both_ways_and_all_three_are_asked_for() -> None:
    labelled = [
        each for case in committed_cases() if isinstance(each := case.expectation, Labelled)
    ]
    assert Counter(each.labels for each in labelled).keys() == {
        *((label,) for label in LABELS),
        ("positive", "negative"),
        ("negative", "positive"),
    }


def test_pairs_of_a_kind_differ_in_nothing_else() -> None:
    assert apart("letter case", str.lower) == []
    assert apart("missing punctuation", lambda text: re.sub(r"\W", "", text)) == []
    assert apart("tokenised punctuation", lambda text: re.sub(r"[\s\"'`]", "", text)) == []
    assert apart("number direction", lambda text: sorted(re.findall(r"\d+", text))) == []
    assert apart("numbers", lambda text: re.sub(r"[\d.,]+|\b(six|nine|three)\b", "", text)) == []


def test_one_pair_has_its_accents_as_characters_of_their_own() -> None:
    found = pairs("typography and names")
    composed = [[unicodedata.normalize("NFC", text) for text in texts] for texts in found]
    same = [text for text, variant in composed if text == variant]
    assert same == ["Crème closes 30 cafés for lack of guests."]


# Where its sentences do not come from


@pytest.fixture(scope="module")
def corpora() -> Path:
    try:
        return find_data(None)
    except CorpusError as error:
        pytest.skip(f"the corpora are not here: {error}")


def training_texts(corpora: Path) -> Iterator[str]:
    for name in READERS:
        if (corpora / name).is_dir():
            yield from (example.text for example in read_corpora(corpora, [name]).examples)
    for path in (corpora / "unlabeled").glob("*.txt.gz"):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from lines


def test_no_sentence_is_one_of_the_corpora(corpora: Path) -> None:
    keys = {key(text) for case in committed_cases() for text in case.texts}
    assert [text for text in training_texts(corpora) if key(text) in keys] == []


def test_no_sentence_is_held_out() -> None:
    texts = [text for case in committed_cases() for text in case.texts]
    assert [text for text in texts if is_held_out(text, held_out_keys())] == []


# Reading a list


def cases_of(*rows: Sequence[str]) -> tuple[Case, ...]:
    written = io.StringIO()
    csv.writer(written).writerows((COLUMNS, *rows))
    return read_cases(written.getvalue().encode(), Path("list.csv"))


@pytest.mark.parametrize(
    "row",
    [
        ("kind", "MFT", "Text.", "", "glad", ""),
        ("kind", "MFT", "Text.", "Variant.", "positive", ""),
        ("kind", "MFT", "Text.", "", "", ""),
        ("kind", "INV", "Text.", "", "same", ""),
        ("kind", "INV", "Text.", "Variant.", "positive", ""),
        ("kind", "DIR", "Text.", "", "positive rises", ""),
        ("kind", "DIR", "Text.", "Variant.", "positive", ""),
        ("kind", "DIR", "Text.", "Variant.", "positive -> positive", ""),
        ("kind", "DIR", "Text.", "Variant.", "positive -> glad", ""),
        ("kind", "DIR", "Text.", "Variant.", "glad rises", ""),
        ("kind", "DIR", "Text.", "Variant.", "positive grows", ""),
        ("kind", "mft", "Text.", "", "positive", ""),
        ("kind", "MFT", "", "", "positive", ""),
        ("", "MFT", "Text.", "", "positive", ""),
    ],
)
def test_a_row_that_is_no_case_is_refused_with_its_line(row: Sequence[str]) -> None:
    good = ("kind", "MFT", "A good row.", "", "neutral", "")
    with pytest.raises(CorpusError, match=r"^list\.csv:3: write a kind and a text"):
        cases_of(good, row)


@given(st.lists(ROWS | st.lists(CELLS)))
def test_any_rows_are_read_or_refused(rows: list[Sequence[str]]) -> None:
    with suppress(CorpusError):
        assert len(cases_of(*rows)) == sum(len(row) == len(COLUMNS) for row in rows)
