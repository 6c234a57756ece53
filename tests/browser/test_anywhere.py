"""The page for everybody: in the dark, on a phone, read aloud, behind a path, with other labels."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.browsers import Watch
from tests.browser.proxies import prefixed
from tests.runtime import graphs
from tests.runtime.processes import RunningService, running

PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
LONG = "Donaudampfschifffahrtsgesellschaft" * 4


def use_all_of_it(page: Page) -> None:
    """Show everything that the page can show at once."""
    page.get_by_label("Your text").fill(f"rose rose fell {LONG}")
    page.locator("#one").get_by_role("button", name="Classify").click()
    expect(page.locator("#words mark")).to_have_count(3)
    page.get_by_label("One text a line").fill(f"Sales rose\nSales fell\n{LONG}")
    page.locator("#classifyMany").click()
    expect(page.locator("#rows tr")).to_have_count(3)


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize(
    "context_options",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}, PHONE],
    ids=["light", "dark", "forced colours", "phone"],
)
def test_axe_finds_no_barrier(home: Page):
    assert violations(home) == []
    use_all_of_it(home)
    assert violations(home) == []


@pytest.mark.parametrize("context_options", [{"color_scheme": "dark"}])
def test_it_is_dark_where_the_visitor_wants_it_dark(home: Page):
    def lightness(style: str) -> int:
        colour = home.evaluate(f"getComputedStyle(document.documentElement).{style}")
        return sum(map(int, re.findall(r"\d+", colour)[:3]))

    assert lightness("backgroundColor") < 100 < 600 < lightness("color")


@pytest.mark.parametrize("context_options", [PHONE])
def test_nothing_is_wider_than_a_phone(home: Page):
    use_all_of_it(home)
    assert home.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("context_options", [PHONE])
def test_the_answer_comes_into_view_on_a_phone(home: Page):
    home.get_by_label("Your text").fill("Sales rose")
    home.locator("#one").get_by_role("button", name="Classify").tap()
    expect(home.locator("#verdict")).to_have_text("positive")
    expect(home.locator("#verdict")).to_be_in_viewport()


@pytest.mark.parametrize("context_options", [{"java_script_enabled": False}])
def test_without_javascript_the_page_says_what_to_do(page: Page, origin: str):
    page.goto(origin)
    expect(page.get_by_text("This page needs JavaScript.")).to_be_visible()


def test_everything_comes_from_the_service_and_the_browser_keeps_it(home: Page, watch: Watch):
    loaded = [request.partition("?")[0] for request in watch.requests()]
    assert sorted(loaded) == ["GET /", "GET /icon.svg", "GET /page.css", "GET /page.js"]
    home.reload()
    again = home.evaluate("performance.getEntriesByType('resource').map(each => each.transferSize)")
    assert again
    assert set(again) == {0}


class TestBehindAPath:
    @pytest.fixture
    def front(self, service: RunningService) -> Iterator[str]:
        with prefixed(service.url, "/news/tone") as address:
            yield address

    @pytest.fixture
    def origin(self, front: str) -> str:
        return front.removesuffix("/")

    def test_it_works_and_its_code_has_the_path(self, home: Page, watch: Watch, front: str):
        home.get_by_label("Your text").fill("Sales rose")
        home.keyboard.press("Enter")
        expect(home.locator("#words mark")).to_have_text("rose")
        expect(home.locator("#snippet")).to_contain_text(f"{front}v1/classify")
        assert "POST /v1/explain" in watch.requests()


class TestWithOtherLabels:
    LABELS = ("bearish", "bullish")
    metadata: Mapping[str, str] = MappingProxyType({})

    @pytest.fixture
    def origin(self, chromium: str, tmp_path: Path) -> Iterator[str]:
        content = graphs.model_bytes(
            self.LABELS, graphs.metadata_of(self.LABELS) | dict(self.metadata)
        )
        with running(tmp_path, MODEL=graphs.write(tmp_path, content)) as service:
            yield service.url

    def test_they_are_shown_in_colours_of_their_own(self, home: Page):
        expect(home.get_by_text("one label out: bearish, bullish")).to_be_visible()
        expect(home.locator("#examples")).to_be_hidden()
        use_all_of_it(home)
        expect(home.locator("#bars b")).to_have_text(self.LABELS)
        assert len(_painted(home, "#mix i")) == 2
        assert violations(home) == []


class TestWithManyLabels(TestWithOtherLabels):
    LABELS = tuple(f"<b>desk {number}</b>" for number in range(12))
    metadata = MappingProxyType(
        {
            "colours": json.dumps({LABELS[0]: "#0055aa"}),
            "examples": json.dumps(["Where is my <card>?", "rose"]),
        }
    )

    def test_they_are_shown_in_colours_of_their_own(self, home: Page):
        expect(home.get_by_text("</b> and 6 more.")).to_be_visible()
        home.get_by_role("button", name="rose").click()
        expect(home.locator("#verdict")).to_have_text(self.LABELS[-1])
        expect(home.locator("#bars li:visible")).to_have_count(8)
        home.get_by_label("One text a line").fill("rose\nfell")
        home.locator("#classifyMany").click()
        expect(home.locator("#legend li")).to_have_count(12)
        assert len(_painted(home, "#legend li", "::before")) == 12
        assert "rgb(0, 85, 170)" in _painted(home, "#legend li", "::before")
        assert violations(home) == []


def _painted(page: Page, selector: str, part: str = "") -> set[str]:
    painted: list[str] = page.locator(selector).evaluate_all(
        "(found, part) => found.map(each => getComputedStyle(each, part).backgroundColor)", part
    )
    return set(painted)
