"""The pages for people, and what all documents have in common."""

import re

import httpx
import pytest

from tests.runtime.processes import RunningService


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_runs_and_loads_only_what_is_ours(client: httpx.Client, path: str):
    page = client.get(path)
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in policy
    # Nothing absolute, as a stage or a proxy may have put a path before ours.
    assert not re.search(r'\son\w+=|\sstyle=|\s(href|src|action)="(/|\w+:)', page.text)


def test_the_first_page_knows_the_labels(client: httpx.Client):
    page = client.get("/").text
    assert "bearish" in page
    assert "bullish" in page


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json"])
def test_a_document_is_not_sent_twice_to_who_has_it(client: httpx.Client, path: str):
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    changed = client.get(path, headers={"if-none-match": '"other"'})
    assert changed.content == first.content


@pytest.mark.parametrize("path", ["/", "/openapi.json", "/health/live", "/health/ready"])
def test_head_gets_the_headers_of_get(client: httpx.Client, path: str):
    head, get = client.head(path), client.get(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]


def test_health_names_the_model(client: httpx.Client):
    assert client.get("/health/live").json() == {"status": "live", "model": "0123456789ab"}
    assert client.get("/health/ready").json() == {"status": "ready", "model": "0123456789ab"}


def test_no_answer_names_the_server_software(service: RunningService, client: httpx.Client):
    assert service.process.poll() is None
    assert "server" not in client.get("/").headers
