"""The page's own functions for tables, on all kinds of them."""

import csv
import io
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=5)
)
CALL = """async ([name, given]) => {
  const module = await import(document.querySelector("script[type=module]").src);
  return module[name](...given);
}"""
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def call(page: Page, name: str, *given: object) -> object:
    return page.evaluate(CALL, [name, given])


def test_every_table_that_is_written_as_csv_is_read_as_it_was(home: Page):
    @MANY
    @given(TABLES, st.sampled_from(",;\t"), st.sampled_from(["\r\n", "\n"]), st.booleans())
    def check(rows: list[list[str]], delimiter: str, end: str, all_quoted: bool) -> None:
        file = io.StringIO(newline="")
        # Left to itself, csv quotes no lone carriage return.
        bare = not all_quoted and not any("\r" in cell for row in rows for cell in row)
        quoting = csv.QUOTE_MINIMAL if bare else csv.QUOTE_ALL
        csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
        expected = [row for row in rows if any(row)]
        assert call(home, "parseCsv", file.getvalue(), delimiter) == expected

    check()


def test_every_table_that_is_downloaded_is_read_as_it_was_and_runs_nothing(home: Page):
    @MANY
    @given(TABLES)
    def check(rows: list[list[str]]) -> None:
        written = call(home, "toCsv", rows)
        assert isinstance(written, str)
        read = list(csv.reader(io.StringIO(written.removeprefix("\ufeff"), newline="")))
        assert len(read) == len(rows)
        for got, sent in zip(read, rows, strict=True):
            for cell, original in zip(got, sent, strict=True):
                assert cell.removeprefix("'") == original.removeprefix("'")
                assert not re.match(r"\s*[=@＝＋－＠]", cell)

    check()


def test_every_request_keeps_the_limits_and_no_text_is_lost(home: Page):
    @MANY
    @given(st.lists(CELLS, max_size=20), st.integers(1, 5), st.integers(70, 150))
    def check(texts: list[str], most: int, size: int) -> None:
        entries = [{"text": text} for text in texts]
        cut = call(home, "batches", entries, {"texts": most, "bytes": size})
        assert isinstance(cut, list)
        assert [entry for batch in cut for entry in batch] == entries
        for batch in cut:
            assert 1 <= len(batch) <= most
            body = home.evaluate(
                "texts => new TextEncoder().encode(JSON.stringify({texts})).length",
                [entry["text"] for entry in batch],
            )
            assert body <= size

    check()


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["id", "text"], ["1", "Sales rose"]], True),
        ([["Nr", "Meldung"], ["1", "Der Umsatz stieg um 5 Prozent"]], True),
        ([["1", "Sales rose"], ["2", "Sales fell"]], False),
        ([["Sales rose"], ["Sales fell"]], False),
        ([["text"]], False),
        ([], False),
    ],
)
def test_a_header_is_told_from_a_row(home: Page, rows: list[list[str]], header: bool):
    assert call(home, "hasHeader", rows) is header
