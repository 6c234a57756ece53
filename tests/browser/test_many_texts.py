"""What a visitor does with many texts: paste or drop, sort, take the table home."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import choose, column, downloaded, drop, paste
from tests.browser.conftest import LABELS

FOUR = "Sales rose\nSales fell\n\nbased in Helsinki\nSales rose and fell\n"


# Lines


def test_each_line_with_words_gets_a_row(home: Page):
    paste(home, FOUR)
    expect(home.locator("#resultsNote")).to_have_text("4 texts classified")
    assert column(home, 1) == ["1", "2", "4", "5"]
    assert column(home, 2)[:2] == ["Sales rose", "Sales fell"]
    assert column(home, 3)[:2] == ["positive", "negative"]
    expect(home.locator("#resultsTitle")).to_be_focused()
    expect(home.get_by_role("status")).to_have_text("4 texts classified")


def test_the_mix_of_labels_is_a_picture_with_the_same_in_words(home: Page):
    paste(home, "rose\nrose\nrose\nfell\n")
    expect(home.get_by_role("img", name="negative: 1, positive: 3")).to_be_visible()
    expect(home.locator("#legend li")).to_have_text(["negative 1", "neutral 0", "positive 3"])
    widths = home.locator("#mix i").evaluate_all("parts => parts.map(each => each.clientWidth)")
    assert widths[1] / widths[0] == pytest.approx(3, rel=0.02)


def test_the_table_is_sorted_by_any_column_and_says_so(home: Page):
    paste(home, FOUR)
    head = home.get_by_role("columnheader")
    home.get_by_role("button", name="Probability").click()
    shares = [float(share.rstrip("%")) for share in column(home, 4)]
    assert shares == sorted(shares)
    assert head.evaluate_all("cells => cells.map(each => each.ariaSort)")[3] == "ascending"
    home.get_by_role("button", name="Probability").press("Enter")
    assert [float(share.rstrip("%")) for share in column(home, 4)] == shares[::-1]
    expect(home.get_by_role("status")).to_have_text("Sorted by Probability, descending")
    home.get_by_role("button", name="Label").click()
    labels = column(home, 3)
    assert labels == sorted(labels, key=LABELS.index)
    home.get_by_role("button", name="Row").click()
    assert column(home, 1) == ["1", "2", "4", "5"]


def test_it_is_downloaded_as_it_is_sorted_with_all_probabilities(home: Page):
    paste(home, FOUR)
    home.get_by_role("button", name="Label").click()
    header, *rows = downloaded(home)
    assert header == ["text", "predicted_label", "score", "p_negative", "p_neutral", "p_positive"]
    assert [row[0] for row in rows] == column(home, 2)
    assert [row[1] for row in rows] == column(home, 3)
    for row in rows:
        assert sum(map(float, row[3:])) == pytest.approx(1, abs=1e-5)
        assert float(row[2]) == max(map(float, row[3:]))


def test_no_cell_of_the_download_is_run_by_a_spreadsheet(home: Page):
    paste(home, '=HYPERLINK("https://x.example","rose")\n+1 rose\n-5 % fell\n@rose\n-5.2\n')
    _, *rows = downloaded(home)
    assert [row[0] for row in rows] == [
        '\'=HYPERLINK("https://x.example","rose")', "'+1 rose", "'-5 % fell", "'@rose", "-5.2"
    ]  # fmt: skip


def test_the_keyboard_alone_is_enough(home: Page):
    home.locator("#lines").focus()
    home.keyboard.type("Sales rose")
    home.keyboard.press("Enter")
    home.keyboard.type("Sales fell")
    home.keyboard.press("Control+Enter")
    expect(home.locator("#resultsTitle")).to_be_focused()
    for _ in range(3):  # the table, its first head, the second one
        home.keyboard.press("Tab")
    home.keyboard.press("Enter")
    assert column(home, 2) == ["Sales fell", "Sales rose"]


def test_no_text_is_one_sentence(home: Page):
    paste(home, " \n\x1f\n")
    expect(home.locator("#manyError")).to_have_text(
        "There is no text: paste some lines or choose a file."
    )
    expect(home.locator("#results")).to_be_hidden()


def test_long_tables_come_in_parts(home: Page):
    paste(home, "rose\n" * 250)
    expect(home.locator("#rows tr")).to_have_count(100)
    home.get_by_role("button", name="Show 100 more of 150").click()
    home.get_by_role("button", name="Show 50 more of 50").click()
    expect(home.locator("#rows tr")).to_have_count(250)
    expect(home.locator("#more")).to_be_hidden()
    assert len(downloaded(home)) == 251


# Files


def test_a_dropped_file_is_read_by_its_header_and_comes_back_whole(home: Page):
    drop(
        home,
        "news.csv",
        'id,headline,source\r\n7,"Sales, and profit,\r\nrose ""much""",A\r\n'
        "8,Sales fell,B\r\n9,,C\r\n",
    )
    expect(home.locator("#fileName")).to_have_text("news.csv")
    expect(home.get_by_label("Column with the texts")).to_be_focused()
    expect(home.locator("#column option:checked")).to_have_text("headline")
    home.locator("#classifyMany").click()
    expect(home.locator("#resultsNote")).to_have_text("2 texts classified")
    header, *rows = downloaded(home)
    assert header[:4] == ["id", "headline", "source", "predicted_label"]
    assert [row[:4] for row in rows] == [
        ["7", 'Sales, and profit,\r\nrose "much"', "A", "positive"],
        ["8", "Sales fell", "B", "negative"],
    ]


def test_the_visitor_says_which_column_and_whether_there_is_a_header(home: Page):
    choose(home, "news.tsv", b"Sales rose\tSales fell\nGain\tLoss\n")
    expect(home.get_by_label("The first row has the names")).not_to_be_checked()
    home.get_by_label("Column with the texts").select_option("column 2")
    home.locator("#classifyMany").click()
    expect(home.locator("#rows td:nth-child(3)")).to_have_text(["negative", "negative"])
    home.get_by_label("The first row has the names").check()
    home.get_by_label("Column with the texts").select_option("Sales rose")
    home.locator("#classifyMany").click()
    expect(home.locator("#rows td:nth-child(2)")).to_have_text(["Gain"])


def test_a_file_that_was_removed_is_not_asked_for(home: Page):
    drop(home, "news.csv", "text\nSales rose\n")
    home.get_by_role("button", name="Remove the file").click()
    expect(home.locator("#lines")).to_be_focused()
    paste(home, "Sales fell")
    expect(home.locator("#rows td:nth-child(2)")).to_have_text(["Sales fell"])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_files_are_read_as_spreadsheets_write_them(home: Page, encoding: str):
    choose(home, "news.csv", "Text;Quelle\nFür 5 € rose\x3bÖ\n".encode(encoding))
    home.locator("#classifyMany").click()
    expect(home.locator("#rows td:nth-child(2)")).to_have_text(["Für 5 € rose"])


def test_a_file_of_lines_becomes_lines(home: Page):
    drop(home, "news.txt", "Sales rose, at last\nSales fell, again\n")
    expect(home.locator("#lines")).to_have_value("Sales rose, at last\nSales fell, again\n")


def test_an_empty_file_is_one_sentence(home: Page):
    drop(home, "news.csv", "\n\n")
    expect(home.locator("#manyError")).to_have_text("The file has no text: choose another one.")
