"""A browser for each module, a context for each test, and a service with three usual labels."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.browsers import Watch, find_chromium, launched
from tests.runtime import graphs
from tests.runtime.processes import RunningService, running

LABELS = ("negative", "neutral", "positive")
# Far beyond what anything here takes, also on a machine that does other things as well.
PATIENCE_MILLISECONDS = 20_000


@pytest.fixture(scope="session")
def chromium() -> str:
    path = find_chromium()
    if path is None:
        pytest.skip("There is no Chromium: install it, or run `playwright install chromium`.")
    return path


# Not for the session: while it runs, no other test of this process could use asyncio.run.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with launched(chromium) as started:
        yield started


@pytest.fixture(scope="session")
def service(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """It knows that "fell" and "loss" are negative, "rose" and "gain" positive, and no more."""
    model = graphs.write(tmp_path_factory.mktemp("model"), graphs.model_bytes(LABELS))
    with running(tmp_path_factory.mktemp("service"), MODEL=model) as running_service:
        yield running_service


@pytest.fixture
def context_options() -> dict[str, Any]:
    """What a test's context is to be like; a test overrides it with parametrize."""
    return {}


@pytest.fixture
def context(browser: Browser, context_options: dict[str, Any]) -> Iterator[BrowserContext]:
    with browser.new_context(**({"reduced_motion": "reduce"} | context_options)) as fresh:
        fresh.set_default_timeout(PATIENCE_MILLISECONDS)
        yield fresh


@pytest.fixture
def origin(service: RunningService) -> str:
    """Whom the page may ask; a test that starts a service of its own overrides it."""
    return service.url


@pytest.fixture
def watch(origin: str) -> Watch:
    return Watch(origin)


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Iterator[Page]:
    """A blank page; after the test, nothing may have gone wrong in it that it did not expect."""
    opened = context.new_page()
    watch.add(opened)
    yield opened
    assert watch.problems() == []


@pytest.fixture
def home(page: Page, origin: str) -> Page:
    """The page to try the service, loaded."""
    page.goto(f"{origin}/")
    return page
