"""With FINTONE_API_KEY set: texts are taken with the key alone, and nobody is shown it."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.types import Receive, Scope, Send

from runtime.authentication import protect
from runtime.logs import LogLines
from runtime.middleware import Problems, RequestLog
from runtime.responses import respond
from runtime.routing import Endpoint
from tests.runtime.processes import RunningService, exchange, running

KEY = "Only-for-tests:0123456789/~!"
WITH_KEY = {"x-api-key": KEY}
REQUESTS = [
    ("/v1/classify", {"text": "Sales rose"}),
    ("/v1/explain", {"text": "Sales rose"}),
    ("/process_text", {"payload": "Sales rose"}),
    ("/predict", {"inputs": "Sales rose"}),
]
PUBLIC = ["/", "/docs", "/openapi.json", "/health/live", "/health/ready"]


@pytest.fixture(scope="module")
def guarded(model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Two workers, which both ask for the key; and all that a log can hold."""
    folder = tmp_path_factory.mktemp("guarded")
    with running(folder, MODEL=model_path, API_KEY=KEY, LOG_TEXT=1, WORKERS=2) as service:
        yield service


@pytest.fixture(scope="module")
def caller(guarded: RunningService) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=guarded.url, timeout=30) as session:
        yield session


def detail_of(answer: httpx.Response) -> str:
    """The detail of an answer that has to be a 401, whole."""
    assert answer.status_code == 401, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == 'ApiKey realm="fintone"'
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert (problem["title"], problem["status"]) == ("Unauthorized", 401)
    detail: str = problem["detail"]
    return detail


@pytest.mark.parametrize(("path", "body"), REQUESTS)
def test_a_request_with_the_key_is_answered(caller: httpx.Client, path: str, body: object):
    answer = caller.post(path, json=body, headers=WITH_KEY)
    assert answer.status_code == 200
    assert "bullish" in answer.text


@pytest.mark.parametrize(("path", "body"), REQUESTS)
def test_401_without_the_key_says_what_to_send(caller: httpx.Client, path: str, body: object):
    detail = detail_of(caller.post(path, json=body))
    assert detail == "Send the API key of this service, once, in the header x-api-key."


@pytest.mark.parametrize(
    "sent",
    ["", "x", KEY[:-1], f"{KEY}x", KEY.swapcase(), f'"{KEY}"', f"ApiKey {KEY}", "x" * 10_000],
)
def test_401_with_another_key_says_what_to_send(caller: httpx.Client, sent: str):
    detail = detail_of(caller.post("/v1/classify", json={}, headers={"x-api-key": sent}))
    assert detail == "The header x-api-key has another key: send that of this service."


def test_401_with_the_key_among_others(caller: httpx.Client):
    headers = [("x-api-key", KEY), ("X-API-Key", KEY)]
    assert "once" in detail_of(caller.post("/v1/classify", json={}, headers=headers))


def test_401_with_the_key_in_another_place(caller: httpx.Client):
    elsewhere = {"authorization": f"Bearer {KEY}", "cookie": f"x-api-key={KEY}"}
    path = f"/v1/classify?x-api-key={KEY}"
    assert "x-api-key" in detail_of(caller.post(path, json={}, headers=elsewhere))


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_pages_documents_and_health_need_no_key(caller: httpx.Client, method: str, path: str):
    assert caller.request(method, path).status_code == 200


def test_routing_is_told_to_anybody(caller: httpx.Client):
    assert caller.get("/nope").status_code == 404
    assert caller.get("/v1/classify").status_code == 405
    assert caller.options("/v1/classify").status_code == 204


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/classify%0A", "/v1/classify%00", "/v1/classify/", "//v1/classify", "/./v1/classify"),
        *("/health/../v1/classify", "/V1/classify", "/v1/%63lassify", "/v1%2fclassify", "*"),
    ],
)
def test_no_spelling_of_a_path_is_a_way_round_the_key(guarded: RunningService, path: str):
    body = b'{"text":"rose"}'
    request = (
        f"POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    answer = exchange(guarded, request.encode() + body)
    assert re.match(rb"HTTP/1.1 40[0145] ", answer), answer


def test_the_key_is_asked_for_before_the_body_is_sent(guarded: RunningService):
    with guarded.connect() as connection:
        connection.sendall(
            b"POST /v1/classify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            b"expect: 100-continue\r\ncontent-length: 1000000\r\n\r\n"
        )
        assert connection.recv(65536).startswith(b"HTTP/1.1 401 Unauthorized\r\n")


def test_the_key_is_asked_for_before_anything_else_of_a_request(caller: httpx.Client):
    detail_of(caller.post("/v1/classify", content=b"{", headers={"content-type": "text/plain"}))


def test_a_new_route_needs_the_key_unless_it_is_marked_as_public():
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await respond(scope, send, b"answered", b"text/plain")

    def status(endpoint: Endpoint, headers: dict[str, str]) -> int:
        (guarded_endpoint,) = protect([endpoint], KEY)
        app = RequestLog(Problems(guarded_endpoint.app), LogLines(None))

        async def get() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.get(endpoint.path, headers=headers)

        return asyncio.run(get()).status_code

    new = Endpoint("/new", ("GET",), answer)
    assert (status(new, {}), status(new, WITH_KEY)) == (401, 200)
    assert status(Endpoint("/new", ("GET",), answer, public=True), {}) == 200


# Any header


LEGAL = st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="\x7f"))
NEARLY = st.builds(
    lambda position, character: KEY[:position] + character + KEY[position + 1 :],
    st.integers(0, len(KEY)),
    st.characters(min_codepoint=33, max_codepoint=126),
)

thorough = settings(max_examples=150, deadline=None)


@thorough
@given(sent=LEGAL | NEARLY | st.integers(0, len(KEY)).map(lambda end: KEY[:end]))
def test_any_header_but_the_key_is_401(caller: httpx.Client, sent: str):
    headers = {b"x-api-key": sent.encode("latin-1")}
    answer = caller.post("/v1/classify", json={"text": "rose"}, headers=headers)
    assert answer.status_code == (200 if sent == KEY else 401)


@thorough
@given(sent=st.binary(max_size=100))
def test_any_bytes_in_the_header_are_401_or_no_http(guarded: RunningService, sent: bytes):
    head = b"POST /v1/classify HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-api-key: "
    answer = exchange(guarded, head + sent + b"\r\n\r\n")
    assert re.match(rb"HTTP/1.1 40[01] ", answer), answer


# What is shown


def test_neither_the_key_nor_what_came_instead_is_logged(
    guarded: RunningService, caller: httpx.Client
):
    wrong = "Not-the-key:abcdefghijkl"
    for path in ("/v1/classify", "/nope"):
        for sent, body in ((KEY, {"text": "rose"}), (KEY, {}), (wrong, {"text": "rose"})):
            answer = caller.post(path, json=body, headers={"x-api-key": sent})
            assert KEY not in answer.text
            line = guarded.line_of(answer.headers["x-request-id"])
    refused = caller.post("/v1/classify", json={"text": "rose"}, headers={"x-api-key": wrong})
    line = guarded.line_of(refused.headers["x-request-id"])
    assert (line["level"], line["route"], line["status"]) == ("info", "/v1/classify", 401)
    assert not line.keys() & {"texts", "text", "labels"}
    written = guarded.log_file.read_text() + guarded.messages_file.read_text()
    assert KEY not in written
    assert wrong not in written


def test_openapi_says_which_requests_need_the_key(caller: httpx.Client):
    openapi: dict[str, Any] = caller.get("/openapi.json").json()
    OpenAPIV31SpecValidator(openapi).validate()
    ((name, scheme),) = openapi["components"]["securitySchemes"].items()
    assert scheme == {"type": "apiKey", "in": "header", "name": "x-api-key"}
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            needed = operation.get("security", openapi["security"]) == [{name: []}]
            assert needed == ("401" in operation["responses"])
            assert needed == (caller.request(method, path).status_code == 401)


def test_without_a_key_openapi_says_nothing_of_one(client: httpx.Client):
    assert not re.search("security|401|api-key", client.get("/openapi.json").text)


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json"])
def test_no_document_holds_the_key(caller: httpx.Client, path: str):
    assert KEY not in caller.get(path).text
