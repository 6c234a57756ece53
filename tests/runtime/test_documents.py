"""The pages for people, and the description for programs: true, strict and self-contained."""

import re
from typing import Any

import httpx
import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from runtime.settings import Settings
from tests.runtime.processes import RunningService


@pytest.fixture(scope="module")
def openapi(client: httpx.Client) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/openapi.json").json()
    return document


def operations(openapi: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    ]


def test_openapi_is_valid(openapi: dict[str, Any]):
    assert openapi["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(openapi).validate()


def test_openapi_has_every_route(openapi: dict[str, Any]):
    assert {(method, path) for method, path, _ in operations(openapi)} == {
        ("post", "/v1/classify"),
        ("post", "/process_text"),
        ("get", "/"),
        ("get", "/docs"),
        ("get", "/openapi.json"),
        ("get", "/health/live"),
        ("get", "/health/ready"),
    }


def test_openapi_states_the_limits_that_hold(openapi: dict[str, Any]):
    settings, schemas = Settings(), openapi["components"]["schemas"]
    texts = schemas["ClassifyRequest"]["properties"]["texts"]
    assert texts["maxItems"] == settings.max_texts
    assert texts["items"]["maxLength"] == settings.max_text_characters


def test_every_example_request_gets_the_answer_that_is_shown_for_it(
    client: httpx.Client, openapi: dict[str, Any]
):
    executed = 0
    for method, path, operation in operations(openapi):
        for name, example in _examples(operation.get("requestBody", {})).items():
            answer = client.request(method, path, json=example["value"])
            assert answer.json() == _examples(operation["responses"]["200"])[name]["value"]
            executed += 1
    assert executed == 3


def test_every_get_answers_as_described(client: httpx.Client, openapi: dict[str, Any]):
    for method, path, operation in operations(openapi):
        if method == "get":
            answer = client.get(path)
            assert answer.status_code == 200
            described = operation["responses"]["200"]["content"]
            assert answer.headers["content-type"].split(";")[0] in described
            for example in _examples(operation["responses"]["200"]).values():
                assert answer.json() == example["value"]


def test_answers_fit_the_schemas(client: httpx.Client, openapi: dict[str, Any]):
    def check(answer: httpx.Response, schema: str) -> None:
        reference = {"$ref": f"#/components/schemas/{schema}", "components": openapi["components"]}
        jsonschema.validate(answer.json(), reference)

    check(client.post("/v1/classify", json={"text": "rose"}), "SingleAnswer")
    check(client.post("/v1/classify", json={"texts": ["rose"]}), "BatchAnswer")
    check(client.post("/process_text", json={"payload": "rose"}), "ProcessTextAnswer")
    check(client.get("/health/live"), "Health")
    check(client.get("/nope"), "Problem")


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_loads_nothing_and_runs_nothing(client: httpx.Client, path: str):
    page = client.get(path)
    assert page.headers["x-content-type-options"] == "nosniff"
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r"<script|<img|<link|\son\w+=|src=|style=", page.text)


def test_the_first_page_shows_labels_and_a_request(client: httpx.Client):
    page = client.get("/").text
    assert "bearish" in page
    assert "bullish" in page
    assert "curl -H" in page


def test_the_reference_names_every_route(client: httpx.Client, openapi: dict[str, Any]):
    page = client.get("/docs").text
    for method, path, _ in operations(openapi):
        assert f"{method.upper()} {path}" in page


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


def _examples(content_holder: dict[str, Any]) -> dict[str, Any]:
    content = content_holder.get("content", {}).get("application/json", {})
    examples: dict[str, Any] = content.get("examples", {})
    return examples
