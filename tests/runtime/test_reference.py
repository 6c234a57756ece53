"""The reference's own files, over a socket; tests/browser/test_reference.py looks at the page."""

import asyncio
import gzip
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.assets import takes_gzip
from runtime.middleware import Problems
from runtime.reference import Reference, installed
from tests.runtime.processes import ROOT, environment

FILES = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
_MEGABYTE = 1_000_000


def test_the_page_names_files_that_are_there_and_may_be_kept_for_good(client: httpx.Client):
    named = re.findall(r'(?:href|src)="(docs/[^"]+)"', client.get("/docs").text)
    assert [name.partition("?")[0] for name in named] == [f"docs/{name}" for name in FILES]
    for name in named:
        answer = client.get(name)
        assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_the_one_that_swagger_has_released(client: httpx.Client, name: str):
    folder = installed()
    assert folder is not None
    answer = client.get(f"/docs/{name}")
    assert answer.content == (folder / name).read_bytes()
    assert answer.headers["content-type"] == f"{FILES[name]}; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_all_that_the_page_loads_is_under_2_megabytes_and_a_quarter_of_that_compressed(
    client: httpx.Client,
):
    whole = [client.get(f"/docs/{name}") for name in FILES]
    assert sum(len(answer.content) for answer in whole) < 2 * _MEGABYTE
    assert sum(int(answer.headers["content-length"]) for answer in whole) < _MEGABYTE / 2


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("coding", ["gzip", "identity", "gzip;q=0", "br, GZIP;q=0.5", ""])
def test_a_file_is_compressed_for_those_alone_who_take_it(
    client: httpx.Client, name: str, coding: str
):
    with client.stream("GET", f"/docs/{name}", headers={"accept-encoding": coding}) as answer:
        sent = b"".join(answer.iter_raw())
    zipped = coding in ("gzip", "br, GZIP;q=0.5")
    assert (answer.headers.get("content-encoding") == "gzip") == zipped
    assert answer.headers["vary"] == "accept-encoding"
    assert (gzip.decompress(sent) if zipped else sent) == client.get(f"/docs/{name}").content


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_a_file_is_not_sent_twice_to_who_has_it(client: httpx.Client, coding: str):
    headers = {"accept-encoding": coding}
    first = client.get("/docs/swagger-ui.css", headers=headers)
    assert first.headers["cache-control"] == "no-cache"
    headers["if-none-match"] = first.headers["etag"]
    again = client.get("/docs/swagger-ui.css", headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    headers["accept-encoding"] = "gzip" if coding == "identity" else "identity"
    assert client.get("/docs/swagger-ui.css", headers=headers).status_code == 200


@given(st.binary())
def test_any_accept_encoding_is_taken(value: bytes):
    assert takes_gzip({b"accept-encoding": value}) in (True, False)


def test_without_the_files_the_page_says_what_to_install():
    async def get(path: str) -> httpx.Response:
        transport = httpx.ASGITransport(Problems(Reference(None)))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path)

    page = asyncio.run(get("/docs"))
    assert page.status_code == 200
    assert "pip install --no-deps drf-spectacular-sidecar" in page.text
    assert 'href="openapi.json"' in page.text
    assert "<script" not in page.text
    file = asyncio.run(get("/docs/swagger-ui.css"))
    assert (file.status_code, file.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("package", [None, "drf_spectacular_sidecar"])
def test_where_the_files_are_not_installed_no_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package: str | None
):
    if package:
        (tmp_path / package).mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert installed() is None


def test_neither_start_up_nor_the_page_imports_the_package_or_django(model_path: Path):
    code = (
        "import os, sys\n"
        "from runtime.app import create\n"
        "from runtime.logs import LogLines\n"
        "from runtime.model import Model\n"
        "from runtime.settings import Settings\n"
        "settings = Settings.from_environment(os.environ)\n"
        "create(settings, Model.load(settings.model), LogLines(1))\n"
        "print('runtime.reference' in sys.modules, 'gzip' in sys.modules)\n"
        "from runtime.reference import Reference, installed\n"
        "Reference(installed())\n"
        "print('drf_spectacular_sidecar' in sys.modules, 'django' in sys.modules)\n"
    )
    command = [sys.executable, "-c", code]
    settings = environment(MODEL=model_path)
    result = subprocess.run(
        command, cwd=ROOT, env=settings, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["False"] * 4
