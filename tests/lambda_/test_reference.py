"""The reference's files, as each source of HTTP events can hand them on."""

import base64
import gzip
import re
from typing import Any

import httpx
import pytest

from tests.lambda_.emulator import Emulator, recorded

FILES = ["/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"]


def get_event(name: str, path: str) -> dict[str, Any]:
    """A recorded event as a GET from a browser, which takes gzip."""
    event = recorded(name)
    browser = {"accept-encoding": "gzip, deflate, br, zstd"}
    if "rawPath" in event:
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
        event["requestContext"]["http"]["method"] = "GET"
    else:
        event["path"], event["httpMethod"] = path, "GET"
    if "headers" in event:
        event["headers"] = browser
    if "multiValueHeaders" in event:
        event["multiValueHeaders"] = {key: [value] for key, value in browser.items()}
    return event | {"body": None, "isBase64Encoded": False}


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("name", ["function_url_get", "api_gateway_v2_post", "alb_post"])
def test_a_browser_gets_them_compressed(
    emulator: Emulator, server: httpx.Client, name: str, path: str
):
    answer = emulator.invoke(get_event(name, path))
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, True)
    assert answer["headers"]["content-encoding"] == "gzip"
    sent = gzip.decompress(base64.b64decode(answer["body"]))
    assert sent == server.get(path).content


@pytest.mark.parametrize("path", FILES)
def test_a_rest_api_gets_text_as_it_would_not_decode(
    emulator: Emulator, server: httpx.Client, path: str
):
    answer = emulator.invoke(get_event("api_gateway_v1_post", path))
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False)
    sent = {key.lower() for part in ("headers", "multiValueHeaders") for key in answer[part]}
    assert "content-encoding" not in sent
    assert answer["body"] == server.get(path).text


@pytest.mark.parametrize("query", ["{}", "{}="])
def test_what_is_asked_for_by_its_digest_may_be_kept_for_good(
    emulator: Emulator, server: httpx.Client, query: str
):
    named = re.search(r"docs/swagger-ui\.css\?(\w+)", server.get("/docs").text)
    assert named is not None
    event = get_event("function_url_get", FILES[0])
    event["rawQueryString"] = query.format(named[1])
    assert "immutable" in emulator.invoke(event)["headers"]["cache-control"]
