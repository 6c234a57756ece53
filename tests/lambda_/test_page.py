"""The page's files, through the Lambda handler: compressed for browsers, plain for others."""

import gzip
from base64 import b64decode
from typing import Any

import httpx
import pytest

from tests.lambda_.emulator import Emulator, recorded


def get(emulator: Emulator, path: str, coding: str) -> dict[str, Any]:
    event = recorded("function_url_get")
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    event["headers"]["accept-encoding"] = coding
    answer: dict[str, Any] = emulator.invoke(event)
    return answer


@pytest.mark.parametrize("path", ["/page.css", "/page.js", "/icon.svg"])
def test_its_files_are_those_of_the_local_server(
    emulator: Emulator, server: httpx.Client, path: str
):
    answer, local = get(emulator, path, "gzip"), server.get(path)
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == local.headers["content-type"]
    assert answer["headers"]["content-encoding"] == "gzip"
    assert gzip.decompress(b64decode(answer["body"])) == local.content


def test_a_client_that_takes_no_gzip_gets_text(emulator: Emulator, server: httpx.Client):
    answer = get(emulator, "/page.js", "identity")
    assert not answer["isBase64Encoded"]
    assert answer["body"] == server.get("/page.js").text
