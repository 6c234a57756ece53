"""The reference in a real browser: it shows every operation, and tries them."""

import re
from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.browsers import Watch
from tests.browser.conftest import LABELS
from tests.browser.proxies import prefixed
from tests.runtime import graphs
from tests.runtime.processes import RunningService, running

KEY = "a-long-secret-of-yours"


@pytest.fixture(scope="module")
def locked(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service whose texts need the key."""
    model = graphs.write(tmp_path_factory.mktemp("model"), graphs.model_bytes(LABELS))
    with running(tmp_path_factory.mktemp("service"), MODEL=model, API_KEY=KEY) as service:
        yield service.url


@pytest.fixture(scope="module")
def behind_a_path(service: RunningService) -> Iterator[str]:
    with prefixed(service.url, "/stage") as address:
        yield address


@pytest.fixture
def origin(request: pytest.FixtureRequest, service: RunningService) -> str:
    """The usual service's address, or that from the fixture which a test names."""
    other: str | None = getattr(request, "param", None)
    address: str = request.getfixturevalue(other) if other else service.url
    return address.removesuffix("/")


def execute_classify(page: Page) -> Locator:
    """Send the first example of /v1/classify; return where its answer is shown."""
    operation = page.locator("#operations-Texts-classify")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    return operation.locator(".live-responses-table .response")


def test_it_shows_every_operation(page: Page, origin: str):
    paths = httpx.get(f"{origin}/openapi.json").json()["paths"]
    page.goto(f"{origin}/docs")
    expect(page.locator(".opblock")).to_have_count(sum(map(len, paths.values())))
    shown = page.locator(".opblock-summary-path").evaluate_all(
        "found => found.map(each => each.dataset.path)"
    )
    assert set(shown) == set(paths)
    assert page.title() == "fintone: reference"
    assert page.locator("html").get_attribute("lang") == "en"


def test_every_operation_and_schema_unfolds(page: Page, origin: str):
    page.goto(f"{origin}/docs")
    operations = page.locator(".opblock")
    operations.first.wait_for()
    page.locator(".opblock-summary-control[aria-expanded=false]").evaluate_all(
        "found => found.forEach(each => each.click())"
    )
    expect(page.locator(".responses-table")).to_have_count(operations.count())
    page.get_by_role("button", name="Expand all").first.click()
    expect(page.get_by_text("Resolver error")).to_have_count(0)


def test_axe_finds_no_barrier_but_the_viewers_own(page: Page, origin: str):
    page.goto(f"{origin}/docs")
    page.locator(".opblock").first.wait_for()
    found = {violation["id"] for violation in Axe().run(page).response["violations"]}
    assert found <= {
        "color-contrast",
        "heading-order",
        "nested-interactive",
        "region",
        "select-name",
    }


def test_a_text_is_classified_from_it(page: Page, origin: str):
    page.goto(f"{origin}/docs")
    answer = execute_classify(page)
    expect(answer.locator(".response-col_status")).to_have_text(re.compile("^200"))
    expect(answer.locator(".microlight").first).to_contain_text('"label": "negative"')


@pytest.mark.parametrize("origin", ["locked"], indirect=True)
def test_the_key_is_asked_for_once_and_sent(page: Page, origin: str, watch: Watch):
    watch.expect_status(401)
    page.goto(f"{origin}/docs")
    answer = execute_classify(page)
    expect(answer.locator(".response-col_status")).to_have_text(re.compile("^401"))
    expect(answer).to_contain_text("Send the API key of this service")
    page.get_by_role("button", name="Authorize", exact=True).click()
    page.locator(".auth-container input").fill(KEY)
    page.locator(".auth-container button[type=submit]").click()
    page.locator(".auth-container .btn-done").click()
    page.get_by_role("button", name="Execute").click()
    expect(answer.locator(".response-col_status")).to_have_text(re.compile("^200"))


@pytest.mark.parametrize("origin", ["behind_a_path"], indirect=True)
def test_it_works_where_a_path_is_put_before_ours(page: Page, origin: str, watch: Watch):
    page.goto(f"{origin}/docs")
    answer = execute_classify(page)
    expect(answer.locator(".response-col_status")).to_have_text(re.compile("^200"))
    page.get_by_role("link", name="Try a text").click()
    page.wait_for_url(f"{origin}/")
    assert {"GET /openapi.json", "POST /v1/classify", "GET /"} <= set(watch.requests())


@pytest.mark.parametrize("context_options", [{"java_script_enabled": False}])
def test_without_scripts_it_leads_to_the_description_for_programs(page: Page, origin: str):
    page.goto(f"{origin}/docs")
    expect(page.get_by_text("JavaScript")).to_be_visible()
    page.get_by_role("link", name="openapi.json").click()
    page.wait_for_url(f"{origin}/openapi.json")
