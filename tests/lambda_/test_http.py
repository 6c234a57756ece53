"""HTTP events, in the shapes that AWS documents, through the real emulator and awslambdaric."""

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.lambda_.emulator import EVENTS, Emulator, emulated, recorded

POSTS = sorted(path.stem for path in EVENTS.glob("*_post.json"))
JSON_HEADER = {"content-type": "application/json"}


def url_event(method: str, path: str, body: str | None = None, **headers: str) -> dict[str, Any]:
    """A function URL's event with another request line, body and further headers."""
    event = recorded("function_url_post")
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    event["requestContext"]["http"]["method"] = method
    event["headers"] |= headers
    del event["headers"]["content-length"]
    event["body"] = body
    return event


@pytest.mark.parametrize("name", POSTS)
def test_each_source_gets_the_answer_of_the_local_server(
    emulator: Emulator, server: httpx.Client, name: str
):
    event = recorded(name)
    answer = emulator.invoke(event)
    expected = server.post("/v1/classify", content=event["body"], headers=JSON_HEADER)
    assert (answer["statusCode"], answer["body"]) == (200, expected.text)
    assert answer["isBase64Encoded"] is False
    sent = "multiValueHeaders" if name == "alb_multi_value_post" else "headers"
    assert answer[sent]["content-type"] in ("application/json", ["application/json"])


@pytest.mark.parametrize("name", POSTS)
def test_each_source_may_send_the_body_as_base64(emulator: Emulator, name: str):
    event = recorded(name)
    plain = emulator.invoke(event)
    event["body"] = base64.b64encode(event["body"].encode()).decode()
    event["isBase64Encoded"] = True
    assert emulator.invoke(event)["body"] == plain["body"]


@pytest.mark.parametrize("name", POSTS)
def test_each_source_gets_problems_as_text(emulator: Emulator, name: str):
    event = recorded(name)
    event["body"] = '{"text": " "}'
    answer = emulator.invoke(event)
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (422, False)
    assert json.loads(answer["body"])["detail"] == "text is blank: send a text with words."


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/docs", "text/html; charset=utf-8"),
        ("/health/live", "application/json"),
        ("/health/ready", "application/json"),
    ],
)
def test_documents_and_health_are_those_of_the_local_server(
    emulator: Emulator, server: httpx.Client, path: str, content_type: str
):
    event = recorded("function_url_get")
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    answer = emulator.invoke(event)
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == content_type
    # The examples name the port that is set; the local server of this test was set to any.
    assert answer["body"] == server.get(path).text.replace("localhost:0/", "localhost:8080/")


def test_openapi_is_that_of_the_local_server_without_its_metrics(
    emulator: Emulator, server: httpx.Client
):
    expected = server.get("/openapi.json").json()
    del expected["paths"]["/metrics"]
    assert json.loads(emulator.invoke(url_event("GET", "/openapi.json"))["body"]) == expected
    assert emulator.invoke(url_event("GET", "/metrics"))["statusCode"] == 404


def test_a_document_that_the_client_has_is_not_sent_again(emulator: Emulator):
    etag = emulator.invoke(url_event("GET", "/"))["headers"]["etag"]
    again = emulator.invoke(url_event("GET", "/", **{"if-none-match": etag}))
    assert (again["statusCode"], again["body"]) == (304, "")


def test_head_has_the_headers_and_no_body(emulator: Emulator):
    whole = emulator.invoke(url_event("GET", "/health/live"))
    head = emulator.invoke(url_event("HEAD", "/health/live"))
    assert (head["statusCode"], head["body"]) == (200, "")
    assert head["headers"]["content-length"] == str(len(whole["body"]))


def test_options_names_the_methods(emulator: Emulator):
    answer = emulator.invoke(url_event("OPTIONS", "/v1/classify"))
    assert (answer["statusCode"], answer["headers"]["allow"]) == (204, "OPTIONS, POST")


@pytest.mark.parametrize(
    ("status", "event"),
    [
        (400, url_event("POST", "/v1/classify", "{")),
        (404, url_event("GET", "/nowhere")),
        (405, url_event("GET", "/v1/classify")),
        (413, url_event("POST", "/v1/classify", '{"text": "' + "x" * 6_000_000 + '"}')),
        (415, url_event("POST", "/v1/classify", "{}", **{"content-type": "text/plain"})),
        (415, url_event("POST", "/v1/classify", "{}", **{"content-encoding": "gzip"})),
        (422, url_event("POST", "/v1/classify", "{}")),
        (422, url_event("POST", "/v1/classify", '{"texts": []}')),
        (422, url_event("POST", "/process_text", '{"payload": 3}')),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_an_error_is_the_problem_that_the_local_server_has(
    emulator: Emulator, server: httpx.Client, status: int, event: dict[str, Any]
):
    answer = emulator.invoke(event)
    assert answer["statusCode"] == status
    assert answer["headers"]["content-type"] == "application/problem+json"
    http = event["requestContext"]["http"]
    expected = server.request(
        http["method"], http["path"], content=event["body"], headers=_request_headers(event)
    )
    assert answer["body"] == expected.text


def test_a_fault_of_ours_is_a_500_that_says_nothing_of_the_inside(
    fragile_model: Path, tmp_path: Path
):
    with emulated(tmp_path, MODEL=fragile_model) as fragile:
        answer = fragile.invoke(url_event("POST", "/v1/classify", '{"text": "gain"}'))
        assert answer["statusCode"] == 500
        assert "Gather" not in answer["body"]
        assert "Gather" in fragile.last_line(0)["error"]


@pytest.mark.parametrize(
    ("stage", "domain", "path", "status"),
    [
        ("prod", "a1.execute-api.eu-central-1.amazonaws.com", "/prod/v1/classify", 200),
        ("v1", "a1.execute-api.eu-central-1.amazonaws.com", "/v1/v1/classify", 200),
        ("$default", "a1.execute-api.eu-central-1.amazonaws.com", "/v1/classify", 200),
        ("v1", "sentiment.example.com", "/v1/classify", 200),
        ("prod", "a1.execute-api.eu-central-1.amazonaws.com", "/production/v1/classify", 404),
    ],
)
def test_only_api_gateways_own_domain_has_the_stage_in_the_path(
    emulator: Emulator, stage: str, domain: str, path: str, status: int
):
    event = recorded("api_gateway_v2_post")
    event["requestContext"] |= {"stage": stage, "domainName": domain}
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    assert emulator.invoke(event)["statusCode"] == status


@pytest.mark.parametrize("name", ["alb_post", "alb_multi_value_post"])
def test_a_host_that_cannot_be_read_is_the_clients_mistake(emulator: Emulator, name: str):
    event = recorded(name)
    headers = "multiValueHeaders" if "multi" in name else "headers"
    event[headers]["host"] = ["[::1]:80"] if "multi" in name else "[::1]:80"
    answer = emulator.invoke(event)
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (400, False)
    assert json.loads(answer["body"])["status"] == 400
    expected = ["application/problem+json"] if "multi" in name else "application/problem+json"
    assert answer[headers]["content-type"] == expected


def _request_headers(event: dict[str, Any]) -> dict[str, str]:
    names = ("content-type", "content-encoding")
    return {name: event["headers"][name] for name in names if name in event["headers"]}
