"""What a visitor does with one text: ask, see why, be told what is wrong."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import ask
from tests.browser.browsers import Watch
from tests.browser.conftest import LABELS


def test_a_typed_text_gets_its_label_its_probabilities_and_the_time_it_took(home: Page):
    ask(home, "Sales rose")
    expect(home.locator("#verdict")).to_have_text("positive")
    expect(home.locator("#bars li.best")).to_contain_text("positive")
    assert home.locator("#bars b").all_text_contents() == list(LABELS)
    shares = [float(share.rstrip("%")) for share in home.locator("#bars span").all_text_contents()]
    assert sum(shares) == pytest.approx(100, abs=0.2)
    expect(home.locator("#time")).to_have_text(re.compile(r"^\d+(\.\d)? ms round trip$"))


def test_bars_are_as_long_as_their_probabilities(home: Page):
    ask(home, "Sales rose and fell")
    expect(home.locator("#time")).to_contain_text("round trip")
    for bar in home.locator("#bars li").all():
        width, whole = bar.locator("i").evaluate(
            "bar => [parseFloat(getComputedStyle(bar, '::before').width), bar.clientWidth]"
        )
        share = float(bar.locator("span").inner_text().rstrip("%"))
        assert width / whole * 100 == pytest.approx(share, abs=0.5)


def test_an_answer_is_told_to_those_who_listen(home: Page):
    ask(home, "Sales rose")
    expect(home.get_by_role("status")).to_have_text(re.compile(r"^positive, 9\d\.\d%$"))


def test_an_example_is_asked_with_one_click(home: Page):
    example = home.locator("#examples button").first
    said = example.inner_text()
    example.click()
    expect(home.get_by_label("Your text")).to_have_value(said)
    expect(home.locator("#verdict")).to_have_text("negative")


def test_the_words_that_made_the_difference_are_marked_and_named(home: Page):
    ask(home, "Sales rose in Helsinki")
    mark = home.locator("#words mark")
    expect(mark).to_have_text("rose")
    expect(mark).to_have_css("text-decoration-line", "underline")
    expect(mark).to_have_attribute("title", re.compile(r"^\+\d+\.\d for positive$"))
    expect(home.locator("#words")).to_have_text("Sales rose in Helsinki")
    weights = home.get_by_role("list", name="Speaks for positive")
    expect(weights).to_have_text(re.compile(r"^rose\+\d+\.\d$"))


def test_words_against_the_label_look_other_than_by_colour(home: Page):
    ask(home, "rose rose fell")
    against = home.locator("#words mark.against")
    expect(against).to_have_text("fell")
    expect(against).to_have_css("text-decoration-style", "dashed")
    expect(home.get_by_role("list", name="Speaks against positive")).to_contain_text("fell-")


def test_marks_are_at_their_words_behind_characters_of_two_units(home: Page):
    ask(home, "🚀🚀 𝒮ales rose 🚀")
    expect(home.locator("#words mark")).to_have_text("rose")
    expect(home.locator("#words")).to_have_text("🚀🚀 𝒮ales rose 🚀")


def test_a_text_that_no_word_decides_says_so(home: Page):
    ask(home, "based in Helsinki")
    expect(home.locator("#whyHint")).to_have_text("No word by itself makes a difference.")


def test_a_text_too_long_to_explain_has_its_label_and_the_reason(home: Page, watch: Watch):
    watch.expect_status(422)
    ask(home, "rose " * 201)
    expect(home.locator("#verdict")).to_have_text("positive")
    expect(home.locator("#whyHint")).to_have_text("text has 201 words: shorten it to at most 200.")


def test_an_error_is_shown_as_the_service_says_it_and_no_old_answer_stays(home: Page, watch: Watch):
    ask(home, "Sales rose")
    expect(home.locator("#verdict")).to_have_text("positive")
    watch.expect_status(422)
    ask(home, " ")
    expect(home.get_by_role("alert").first).to_have_text(
        "422 Unprocessable Content: text is blank: send a text with words."
    )
    expect(home.locator("#verdict")).to_have_text("The answer")
    expect(home.locator("#why")).to_be_hidden()
    ask(home, "Sales rose")
    expect(home.get_by_role("alert").first).to_have_text("")


def test_a_lost_connection_is_one_sentence(home: Page, watch: Watch):
    watch.expect_offline()
    home.context.set_offline(True)
    ask(home, "Sales rose")
    expect(home.get_by_role("alert").first).to_have_text(
        "The service cannot be reached: check the connection, then try again."
    )


def test_an_answer_of_something_between_is_told_from_the_services_own(home: Page, watch: Watch):
    watch.expect_status(502)
    home.route("**/v1/classify", lambda route: route.fulfill(status=502, body="<h1>Oh</h1>"))
    ask(home, "Sales rose")
    expect(home.get_by_role("alert").first).to_have_text(
        "502 Bad Gateway: This is not the service's own answer: something in front of it gave it."
    )


def test_text_is_never_taken_for_html(home: Page):
    text = "<img src=x onerror=alert(1)> <b>rose</b> rose"
    ask(home, text)
    expect(home.locator("#words mark")).to_have_text(["<b>rose</b>", "rose"])
    expect(home.locator("#words")).to_have_text(text)
    assert home.locator("#words img, #words b").count() == 0


def test_the_keyboard_alone_is_enough(home: Page):
    home.keyboard.press("Tab")
    expect(home.get_by_role("link", name="Skip to the text box")).to_be_focused()
    home.keyboard.press("Enter")
    home.keyboard.press("Tab")  # to where the link went, and on
    home.keyboard.press("Shift+Tab")
    expect(home.get_by_label("Your text")).to_be_focused()
    home.keyboard.type("Sales")
    home.keyboard.press("Shift+Enter")
    home.keyboard.type("fell")
    expect(home.get_by_label("Your text")).to_have_value("Sales\nfell")
    home.keyboard.press("Enter")
    expect(home.locator("#verdict")).to_have_text("negative")
    expect(home.get_by_label("Your text")).to_be_focused()


def test_the_tab_key_goes_from_top_to_bottom_and_one_sees_where(home: Page):
    stops = ["Skip to the text box", "Reference", "OpenAPI", "text", "Classify"]
    stops += home.locator("#examples button").all_text_contents()
    stops += ["lines", "classifyMany", "file", "curl", "copy", "snippet"]
    for stop in stops:
        home.keyboard.press("Tab")
        assert home.evaluate(_FOCUSED) == [stop, "solid"]


# What has the focus, and the outline of it or of the label that stands for it.
_FOCUSED = """() => {
  const focused = document.activeElement;
  const framed = focused.matches("input") ? focused.labels[0] : focused;
  const name = focused.id || (focused.value || focused.textContent);
  return [name, getComputedStyle(framed).outlineStyle];
}"""
