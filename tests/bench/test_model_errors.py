"""The errors that the model is surest of: which they are, and how little of them is shown."""

import re
from pathlib import Path

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from bench.model_cells import escaped
from bench.model_conditions import Conditions
from bench.model_errors import UNREAD, Mistake, read_causes, surest_mistakes
from bench.model_figures import probabilities
from tests.bench.model_samples import HEADLINES, REPORTS, conditions, judged
from train.corpus import CorpusError


@pytest.fixture(scope="module")
def given() -> Conditions:
    return conditions(folds=3)


def test_the_surest_errors_come_first_and_posts_are_not_among_them(given: Conditions):
    found = surest_mistakes(given, probabilities(judged(given, right=0.3), given), {})
    assert {each.source for each in found} == {REPORTS, HEADLINES}
    assert 0 < len(found) <= 30
    sureness = [each.probability for each in found]
    assert sureness == sorted(sureness, reverse=True)
    assert all(each.truth != each.said for each in found)
    assert {each.cause for each in found} == {UNREAD}


def test_causes_are_read_by_key(tmp_path: Path):
    (tmp_path / "causes.csv").write_text("key,cause\n0123,label noise\n", encoding="utf-8")
    assert read_causes(tmp_path / "causes.csv") == {"0123": "label noise"}
    assert isinstance(read_causes(), dict)


def test_malformed_causes_are_refused_with_their_line(tmp_path: Path):
    (tmp_path / "causes.csv").write_text("key,cause\n0123\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"causes\.csv:2: "):
        read_causes(tmp_path / "causes.csv")


@for_all(st.text())
def test_at_most_twelve_words_of_a_text_are_shown_in_one_line(text: str):
    excerpt = Mistake(text, REPORTS, "neutral", "positive", 0.9, 100, UNREAD).excerpt
    shown = excerpt.removesuffix(" …").split()
    assert shown == text.split()[:12]
    assert len(excerpt.splitlines()) <= 1


@for_all(st.text())
def test_no_character_of_a_text_is_markup_in_a_table(text: str):
    written = escaped(text)
    assert not re.search(r"[`*_~|<\[\]$@]", re.sub(r"\\.", "", written))
    assert re.sub(r"\\(.)", r"\1", written, flags=re.S) == text
