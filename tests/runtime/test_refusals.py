"""Contract 2: every error is a problem detail that says what to change."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.api import classify_codec
from runtime.problems import Problem, Refusal
from tests.runtime.processes import exchange, running

NOT_JSON = [
    b"",
    b" ",
    b"{",
    b"text",
    b'{"text":"a"} x',
    b'{"text":NaN}',
    b'{"text":"a","other":Infinity}',
    b"{'text':'a'}",
    b'\xef\xbb\xbf{"text":"a"}',
    b'{"text":"\xff"}',
    b'{"text":"a","other":"\xff"}',
    '{"text":"a"}'.encode("utf-16"),
    '{"text":"a"}'.encode("utf-16-le"),
    b'{"text":"\\q"}',
    b'{"text":"\\ud800',
]

DOES_NOT_FIT = [
    ("[]", "The body must be an object, not an array."),
    ('"text"', "The body must be an object, not a string."),
    ("null", "The body must be an object, not null."),
    ("{}", "Send the field text, a string, or texts, an array of strings."),
    ('{"text":"a","texts":["b"]}', "Send either text or texts, not both."),
    ('{"text":1}', "text must be a string, not a number."),
    ('{"text":null}', "text must be a string, not null."),
    ('{"text":["a"]}', "text must be a string, not an array."),
    ('{"texts":"a"}', "texts must be an array, not a string."),
    ('{"texts":{}}', "texts must be an array, not an object."),
    ('{"texts":["a","b","c",true]}', "texts[3] must be a string, not a boolean."),
    ('{"texts":[]}', "texts is empty: send at least one text."),
    ('{"text":""}', "text is blank: send a text with words."),
    ('{"text":" \\n\\t\\u00a0"}', "text is blank: send a text with words."),
    ('{"texts":["a"," "]}', "texts[1] is blank: send a text with words."),
    ('{"text":"\\ud800"}', "text has a lone surrogate: send whole characters."),
    ('{"texts":["a","b\\udc00c"]}', "texts[1] has a lone surrogate: send whole characters."),
    ('{"\\ud800":1,"text":"a"}', "A field's name has a lone surrogate: remove it."),
    (
        json.dumps({"text": "x" * 10_001}),
        "text has 10001 characters: shorten it to at most 10000.",
    ),
    (
        json.dumps({"texts": ["x", "x" * 10_001]}),
        "texts[1] has 10001 characters: shorten it to at most 10000.",
    ),
    (
        json.dumps({"texts": ["x"] * 513}),
        "texts has 513 texts: send at most 512 in one request.",
    ),
    (
        '{"other":' + "[" * 100_000 + "]" * 100_000 + "}",
        "The body is nested too deeply: send a flat object.",
    ),
]


def problem_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"]
    problem: dict[str, Any] = answer.json()
    assert set(problem) == set(Problem.__struct_fields__)
    assert problem["status"] == status
    assert problem["detail"].endswith(".")
    return problem


def post(
    client: httpx.Client, content: bytes, path: str = "/v1/classify", **headers: str
) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, content=content, headers={"content-type": "application/json"} | named)


@pytest.mark.parametrize("content", NOT_JSON)
def test_400_what_is_not_json(client: httpx.Client, content: bytes):
    problem = problem_of(post(client, content), 400)
    assert problem["title"] == "Bad Request"
    assert problem["detail"].startswith("The body is not ")


@pytest.mark.parametrize(("content", "detail"), DOES_NOT_FIT)
def test_422_what_does_not_fit_names_the_field(client: httpx.Client, content: str, detail: str):
    assert problem_of(post(client, content.encode()), 422)["detail"] == detail


def test_422_a_number_out_of_range_names_its_field(client: httpx.Client):
    problem = problem_of(post(client, b'{"text":' + b"9" * 5000 + b"}"), 422)
    assert "text" in problem["detail"]


def test_422_nesting_beyond_either_parser(client: httpx.Client):
    content = b'{"text":"\\ud800","other":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert "nested" in problem_of(post(client, content), 422)["detail"]


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"{}", "The field payload is missing: add it."),
        (b'{"payload":7}', "payload must be a string, not a number."),
        (b'{"payload":" "}', "payload is blank: send a text with words."),
    ],
)
def test_422_on_the_old_route(client: httpx.Client, content: bytes, detail: str):
    assert problem_of(post(client, content, "/process_text"), 422)["detail"] == detail


@pytest.mark.parametrize("event", [{"text": "\ud800"}, {"texts": ["a", "\udfff"]}])
def test_a_parsed_event_may_hold_lone_surrogates_until_it_is_checked(event: dict[str, Any]):
    assert classify_codec.convert(event) is not None


@pytest.mark.parametrize("event", [None, [], {"text": 1}, {1: 2}, {"\ud800": 1}])
def test_a_parsed_event_that_does_not_fit_is_refused(event: object):
    with pytest.raises(Refusal) as refused:
        classify_codec.convert(event)
    assert refused.value.problem.status == 422


@pytest.mark.parametrize("path", ["/nope", "/v1/classify/", "/v1", "//", "/%00"])
def test_404_a_path_that_is_not_there(client: httpx.Client, path: str):
    problem_of(
        client.send(
            client.build_request("POST", client.base_url.copy_with(raw_path=path.encode()))
        ),
        404,
    )


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/v1/classify", "OPTIONS, POST"),
        ("HEAD", "/process_text", "OPTIONS, POST"),
        ("PUT", "/process_text", "OPTIONS, POST"),
        ("POST", "/", "GET, HEAD, OPTIONS"),
        ("DELETE", "/health/ready", "GET, HEAD, OPTIONS"),
    ],
)
def test_405_a_method_that_the_path_does_not_take(
    client: httpx.Client, method: str, path: str, allow: str
):
    answer = client.request(method, path)
    assert answer.headers["allow"] == allow
    assert answer.status_code == 405
    if method != "HEAD":
        assert allow in problem_of(answer, 405)["detail"]


def test_options_tell_the_methods(client: httpx.Client):
    answer = client.options("/v1/classify")
    assert (answer.status_code, answer.headers["allow"]) == (204, "OPTIONS, POST")


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"],
)
def test_415_what_is_not_announced_as_json(client: httpx.Client, content_type: str):
    answer = client.post(
        "/v1/classify", content=b'{"text":"a"}', headers={"content-type": content_type}
    )
    assert "content-type: application/json" in problem_of(answer, 415)["detail"]


def test_415_without_a_content_type(client: httpx.Client):
    problem_of(client.post("/v1/classify", content=b'{"text":"a"}'), 415)


def test_415_a_compressed_body(client: httpx.Client):
    answer = post(client, b"\x1f\x8b", content_encoding="gzip")
    assert "content-encoding" in problem_of(answer, 415)["detail"]


def test_413_a_body_that_announces_too_much(client: httpx.Client):
    answer = post(client, b" " * (1024 * 1024 + 1))
    assert "1048576 bytes" in problem_of(answer, 413)["detail"]
    assert answer.headers["connection"] == "close"


def test_413_a_chunked_body_that_grows_too_long(client: httpx.Client):
    answer = client.post(
        "/v1/classify",
        content=(b" " * 65536 for _ in range(17)),
        headers={"content-type": "application/json"},
    )
    problem_of(answer, 413)


def test_the_limits_are_settings(model_path: Path, tmp_path: Path):
    limits = {"MAX_BODY_BYTES": 40, "MAX_TEXTS": 2, "MAX_TEXT_CHARACTERS": 3}
    with running(tmp_path, MODEL=model_path, **limits) as service:
        with httpx.Client(base_url=service.url) as client:
            assert post(client, b'{"texts":["abc","b"]}').status_code == 200
            assert "at most 3." in problem_of(post(client, b'{"text":"abcd"}'), 422)["detail"]
            assert "at most 2 " in problem_of(post(client, b'{"texts":["","",""]}'), 422)["detail"]
        unannounced = (
            b"POST /v1/classify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            b"transfer-encoding: chunked\r\n\r\n29\r\n" + b" " * 41 + b"\r\n0\r\n\r\n"
        )
        assert exchange(service, unannounced).startswith(b"HTTP/1.1 413 ")


def test_a_chunked_body_within_the_limit_is_answered(client: httpx.Client):
    answer = client.post(
        "/v1/classify",
        content=iter([b'{"te', b"", b'xt":"ro', b'se"}' + b" " * 100_000]),
        headers={"content-type": "application/json"},
    )
    assert answer.json()["result"]["label"] == "bullish"
