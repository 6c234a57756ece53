"""The request as code to take along, and what a visitor does where a key is asked for."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.actions import ask
from tests.browser.browsers import Watch
from tests.browser.conftest import LABELS
from tests.runtime import graphs
from tests.runtime.processes import RunningService, running

KEY = "a-long-secret-of-ours"


def snippet(page: Page, language: str) -> str:
    page.get_by_label(language).check()
    return page.locator("#snippet").inner_text()


def run(command: list[str], **environment: str) -> str:
    result = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | environment
    )
    return result.stdout


def check_snippets(page: Page, **environment: str) -> None:
    page.get_by_label("Your text").fill('It\'s "rose" \\ $HOME\n`fell`? 𝒮 gain')
    answer = json.loads(run(["bash", "-c", snippet(page, "curl")], **environment))
    assert answer["result"]["label"] == "positive"
    assert "'label': 'positive'" in run(
        [sys.executable, "-c", snippet(page, "Python")], **environment
    )
    if node := shutil.which("node"):
        code = snippet(page, "JavaScript")
        said = run([node, "--input-type=module", "--eval", code], **environment)
        assert "label: 'positive'" in said


def test_the_same_call_works_as_it_stands_in_each_language(home: Page):
    check_snippets(home)


@pytest.mark.parametrize(
    "context_options", [{"permissions": ["clipboard-read", "clipboard-write"]}]
)
def test_code_is_copied(home: Page):
    home.get_by_role("button", name="Copy").click()
    expect(home.locator("#copy")).to_have_text("Copied")
    copied = home.evaluate("navigator.clipboard.readText()")
    assert copied == home.locator("#snippet").inner_text()


def test_code_is_copied_without_a_secure_context_too(page: Page, origin: str):
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(origin)
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#copy")).to_have_text("Copied")


# With an API key


@pytest.fixture(scope="module")
def closed(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    folder = tmp_path_factory.mktemp("closed")
    model = graphs.write(folder, graphs.model_bytes(LABELS))
    with running(folder, MODEL=model, API_KEY=KEY) as service:
        yield service


class TestWithAKey:
    @pytest.fixture
    def origin(self, closed: RunningService) -> str:
        return closed.url

    def test_who_has_it_is_answered(self, home: Page):
        home.get_by_label("This service answers those who have its key").fill(KEY)
        ask(home, "Sales rose")
        expect(home.locator("#words mark")).to_have_text("rose")

    def test_who_has_not_is_told_and_led_to_the_field(self, home: Page, watch: Watch):
        watch.expect_status(401)
        ask(home, "Sales rose")
        expect(home.get_by_role("alert").first).to_contain_text(
            "401 Unauthorized: Send the API key"
        )
        expect(home.locator("#key")).to_be_focused()

    def test_a_key_that_no_header_can_carry_is_told(self, home: Page):
        home.locator("#key").fill("clé")
        ask(home, "Sales rose")
        expect(home.get_by_role("alert").first).to_have_text(
            "The API key has a character that no key has."
        )

    def test_it_is_forgotten_with_the_page_and_in_no_code(self, home: Page):
        home.locator("#key").fill(KEY)
        assert KEY not in snippet(home, "curl") + snippet(home, "Python")
        home.reload()
        expect(home.locator("#key")).to_have_value("")

    def test_the_code_reads_it_from_the_environment(self, home: Page):
        check_snippets(home, FINTONE_API_KEY=KEY)


def test_there_is_no_field_for_a_key_where_none_is_asked_for(home: Page):
    assert home.locator("#key").count() == 0
