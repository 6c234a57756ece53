"""Finds a Chromium, drives it, and notes everything that a page must not do."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Both as containers need it: root has no sandbox, and /dev/shm is small.
_ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]

# What Chromium writes into the console by itself, for each answer of 400 and above among others.
_FAILED = "Failed to load resource: the server responded with a status of "
_OFFLINE = "Failed to load resource: net::ERR_INTERNET_DISCONNECTED"

# A violation of the Content-Security-Policy is no error in every version's console.
_NOTE_VIOLATIONS = """
globalThis.violations = [];
addEventListener("securitypolicyviolation", (event) =>
  violations.push(`${event.violatedDirective}: ${event.blockedURI}`));
"""


def find_chromium() -> str | None:
    """The path of an installed Chromium, or of the one that Playwright fetched; else None."""
    for name in _NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


@contextlib.contextmanager
def launched(path: str) -> Iterator[Browser]:
    """Start a browser. No event loop can be run in this thread until it has ended."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """Holds what pages did wrong: messages in the console, errors, requests to other hosts.

    Args:
        origin: scheme, host and port that pages may ask.
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._expected: set[int] = set()
        self._offline = False
        self._seen: list[str] = []
        self._pages: list[Page] = []
        self._requests: list[str] = []

    def expect_status(self, *statuses: int) -> None:
        """Take answers with these statuses for what the test is about."""
        self._expected.update(statuses)

    def expect_offline(self) -> None:
        """Take requests that find no network for what the test is about."""
        self._offline = True

    def add(self, page: Page) -> None:
        """Watch a page, before it goes anywhere."""
        self._pages.append(page)
        page.add_init_script(_NOTE_VIOLATIONS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._seen.append(f"error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def problems(self) -> list[str]:
        """All that was seen until now."""
        for page in self._pages:
            if not page.is_closed() and page.url.startswith("http"):
                violations = page.evaluate("globalThis.violations ?? []")
                self._seen += [f"policy: {each}" for each in violations]
        return self._seen

    def requests(self) -> list[str]:
        """Method and path of each request to the service, in order."""
        return self._requests

    def _console(self, message: ConsoleMessage) -> None:
        told = (_FAILED, _OFFLINE) if self._offline else _FAILED
        if message.type in ("error", "warning") and not message.text.startswith(told):
            self._seen.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if request.url.startswith(f"{self._origin}/"):
            self._requests.append(f"{request.method} {request.url.removeprefix(self._origin)}")
        elif not request.url.startswith(("data:", "blob:")):
            self._seen.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._expected:
            self._seen.append(f"status {response.status}: {response.url}")
