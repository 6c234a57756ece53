"""/openapi.json: valid, complete, and true in each example, of answers as of errors."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import onnx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.types import ASGIApp

from runtime.app import create
from runtime.deferred import Deferred
from runtime.logs import LogLines
from runtime.model import Model
from runtime.routing import ExactPaths
from runtime.settings import Settings
from tests.runtime import graphs
from tests.runtime.descriptions import JsonObject, Operation, operations_of
from tests.runtime.processes import running, wait_for

KEY = "Only-for-tests:0123456789"

# What a client can do wrong, and the status that each route has for it, unless its protocol has
# another.
MISTAKES: dict[int, dict[str, Any]] = {
    400: {"content": b"{"},
    413: {"content": b" " * (Settings().max_body_bytes + 1)},
    415: {"headers": {"content-type": "text/plain"}},
    422: {"content": b"{}"},
}

ELSEWHERE = {401, 500, 503}  # which other tests below bring about


@pytest.fixture(scope="module")
def openapi(client: httpx.Client) -> JsonObject:
    document: JsonObject = client.get("/openapi.json").json()
    return document


@pytest.fixture(scope="module")
def operations(openapi: JsonObject) -> list[Operation]:
    return operations_of(openapi)


@pytest.fixture
def lines(tmp_path: Path) -> LogLines:
    return LogLines(os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT))


def ask(app: ASGIApp, method: str, path: str, body: object = None) -> httpx.Response:
    """Ask an application in this process."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, json=body)

    return asyncio.run(send())


def served(app: ASGIApp) -> list[Operation]:
    return operations_of(ask(app, "GET", "/openapi.json").json())


def routes_of(app: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - each layer is of another type
    """Look through the layers of an application for what it answers."""
    if isinstance(app, ExactPaths):
        for endpoint in app._endpoints:
            yield from ((method, endpoint.path) for method in endpoint.methods if method != "HEAD")
        for mount in app._mounts:
            yield from routes_of(mount.app)
    else:
        yield from routes_of(app._app() if isinstance(app, Deferred) else app._app)


def test_it_is_valid_openapi(openapi: JsonObject):
    assert openapi["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(openapi).validate()


def test_its_addresses_go_on_from_its_own(openapi: JsonObject):
    """A stage or a proxy may have put a path before ours."""
    (server,) = openapi["servers"]
    assert httpx.URL("https://host/stage/openapi.json").join(server["url"]).path == "/stage/"


def test_it_states_the_limits_that_hold(openapi: JsonObject):
    settings, schemas = Settings(), openapi["components"]["schemas"]
    texts = schemas["ClassifyRequest"]["properties"]["texts"]
    assert texts["maxItems"] == settings.max_texts
    assert texts["items"]["maxLength"] == settings.max_text_characters
    explained = schemas["ExplainRequest"]["properties"]["text"]
    assert explained["maxLength"] == settings.max_text_characters
    _, several = schemas["PredictRequest"]["properties"]["inputs"]["anyOf"]
    assert several["maxItems"] == settings.max_texts


def test_it_describes_every_route_that_is_served(model: Model, lines: LogLines):
    app = create(Settings(), model, lines)
    described = {(operation.method.upper(), operation.path) for operation in served(app)}
    loaded_by_pages = {
        route for route in routes_of(app) if route[1].endswith((".css", ".js", ".svg"))
    }
    assert described == set(routes_of(app)) - loaded_by_pages


def test_every_operation_has_a_name_of_its_own_a_summary_and_a_heading(
    operations: list[Operation],
):
    names = [operation.described["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    for operation in operations:
        assert operation.described["summary"].endswith("."), operation
        assert len(operation.described["tags"]) == 1, operation


def test_every_operation_that_takes_json_shows_requests_and_their_answers(
    operations: list[Operation],
):
    for operation in operations:
        if operation.takes_json:
            assert operation.requests, operation
            assert operation.requests.keys() == operation.answers.keys(), operation


def test_every_request_gets_the_answer_that_is_shown(
    client: httpx.Client, operations: list[Operation]
):
    for operation in operations:
        for name, request in operation.requests.items():
            answer = client.request(operation.method, operation.path, json=request)
            operation.check(answer)
            assert answer.json() == operation.answers[name], f"{operation}: {name}"


def test_every_get_answers_as_described(client: httpx.Client, operations: list[Operation]):
    for operation in operations:
        if operation.method == "get":
            answer = client.get(operation.path)
            operation.check(answer)
            for shown in operation.answers.values():
                assert answer.json() == shown, operation


def test_every_mistake_gets_the_error_that_is_shown(
    client: httpx.Client, operations: list[Operation]
):
    for operation in filter(lambda operation: operation.takes_json, operations):
        body = {"content": b"{}", "headers": {"content-type": "application/json"}}
        for status, mistake in MISTAKES.items():
            answer = client.request(operation.method, operation.path, **(body | mistake))
            operation.check(answer)
            if answer.status_code == status:
                assert answer.json() == operation.errors[status], operation
        assert operation.errors.keys() <= MISTAKES.keys() | ELSEWHERE, operation


def test_what_needs_the_key_shows_what_is_said_without_it(model: Model, lines: LogLines):
    app = create(Settings(api_key=KEY), model, lines)
    for operation in served(app):
        answer = ask(app, operation.method, operation.path, {} if operation.takes_json else None)
        operation.check(answer)
        needs_key = "security" not in operation.described  # that of the whole document holds
        assert (answer.status_code == 401) == (401 in operation.errors) == needs_key, operation
        if needs_key:
            assert answer.json() == operation.errors[401], operation


def test_what_is_not_ready_says_what_is_shown(
    model_path: Path, operations: list[Operation], lines: LogLines
):
    app = create(Settings(), Model.load(model_path), lines)
    told = [operation for operation in operations if operation.path.endswith("/ready")]
    for operation in told:
        answer = ask(app, operation.method, operation.path)
        assert (answer.status_code, answer.json()) == (503, operation.errors[503]), operation
    assert told


def test_a_failure_of_the_graph_says_what_is_shown(
    operations: list[Operation], lines: LogLines, tmp_path: Path
):
    app = create(Settings(), Model.load(graphs.write(tmp_path, fragile_model())), lines)
    for operation in operations:
        for request in operation.requests.values():
            answer = ask(app, operation.method, operation.path, with_text(request, "gain"))
            assert (answer.status_code, answer.json()) == (500, operation.errors[500]), operation


def test_what_is_shed_says_what_is_shown(
    model_path: Path, operations: list[Operation], tmp_path: Path
):
    with (
        running(tmp_path, MODEL=model_path, MAX_IN_FLIGHT=1) as service,
        service.connect() as slow,
        httpx.Client(base_url=service.url) as client,
    ):
        slow.sendall(
            b"POST /v1/classify HTTP/1.1\r\nhost: x\r\n"
            b"content-type: application/json\r\ncontent-length: 9\r\n\r\n{"
        )
        wait_for(lambda: client.get("/v2").status_code == 503 or None)
        for operation in operations:
            for request in operation.requests.values():
                answer = client.request(operation.method, operation.path, json=request)
                assert (answer.status_code, answer.json()) == (503, operation.errors[503])
                assert int(answer.headers["retry-after"]) > 0


def fragile_model() -> bytes:
    """A graph that fails on the word "gain": it asks for a row that is not there."""
    model = onnx.load_from_string(graphs.model_bytes())
    (encoder,) = (node for node in model.graph.node if node.op_type == "LabelEncoder")
    words, rows = (
        next(attribute for attribute in encoder.attribute if attribute.name == name)
        for name in ("keys_strings", "values_int64s")
    )
    rows.ints[list(words.strings).index(b"gain")] = 99
    content: bytes = model.SerializeToString()
    return content


def with_text(value: object, text: str) -> object:
    """Put a text in the place of every string of several words."""
    if isinstance(value, dict):
        return {name: with_text(each, text) for name, each in value.items()}
    if isinstance(value, list):
        return [with_text(each, text) for each in value]
    return text if isinstance(value, str) and " " in value else value
