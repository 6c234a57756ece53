"""Errors of the Open Inference Protocol: its own shape, one sentence that says what to change."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.runtime.inference_protocol import INFER, MODEL, ROSE, error_of
from tests.runtime.processes import running

BINARY_ROSE = {"name": "text", "shape": [1], "datatype": "BYTES"}
ELEMENT = b"\x04\x00\x00\x00rose"


def infer(client: httpx.Client, request: object) -> httpx.Response:
    return client.post(INFER, json=request)


def refused(client: httpx.Client, *inputs: object, **fields: object) -> str:
    return error_of(infer(client, {"inputs": list(inputs), **fields}), 400)


def send_binary(
    client: httpx.Client, size: object, data: bytes, shape: object = (1,), head: str | None = None
) -> httpx.Response:
    """Send one tensor as bytes; `size` is what the JSON says of it, `head` what the header says."""
    tensor = BINARY_ROSE | {"shape": shape, "parameters": {"binary_data_size": size}}
    document = json.dumps({"inputs": [tensor]}).encode()
    length = str(len(document)) if head is None else head
    headers = {"inference-header-content-length": length}
    return client.post(INFER, content=document + data, headers=headers)


@pytest.mark.parametrize(
    ("inputs", "error"),
    [
        ([], "Send one input, with the name text."),
        ([ROSE, ROSE], "Send one input, with the name text."),
        ([ROSE | {"name": "TEXT"}], "Send one input, with the name text."),
        (
            [ROSE | {"datatype": "FP32"}],
            "The input text is a tensor of strings: send the datatype BYTES.",
        ),
        *(
            (
                [ROSE | {"shape": shape}],
                "The input text is a list of texts: send the shape [N] or [N, 1].",
            )
            for shape in ([], [1, 2], [1, 1, 1], [-1], [1, 0])
        ),
        *(
            (
                [ROSE | {"shape": shape}],
                "The data of the input text has 1 elements: send as many as its shape says.",
            )
            for shape in ([2], [0], [2**63, 1])
        ),
        (
            [ROSE | {"data": None}],
            "Send the input text either as data, or as bytes with binary_data_size.",
        ),
        (
            [ROSE | {"parameters": {"binary_data_size": 0}}],
            "Send the input text either as data, or as bytes with binary_data_size.",
        ),
        ([ROSE | {"data": [" "]}], "text[0] is blank: send a text with words."),
        ([ROSE | {"data": ["\ud800"]}], "text[0] has a lone surrogate: send whole characters."),
        ([ROSE | {"shape": [0], "data": []}], "text is empty: send at least one text."),
        (
            [ROSE | {"data": [1]}],
            "inputs[0].data[0] must be a string or an array, not a number.",
        ),
        ([ROSE | {"shape": ["1"]}], "inputs[0].shape[0] must be a number, not a string."),
        (["rose"], "inputs[0] must be an object, not a string."),
    ],
)
def test_400_an_input_that_the_model_has_not(client: httpx.Client, inputs: list[Any], error: str):
    content = json.dumps({"inputs": inputs}).encode()
    assert error_of(client.post(INFER, content=content), 400) == error


@pytest.mark.parametrize(
    "outputs",
    [
        [{"name": "logits"}],
        [{"name": "label"}, {"name": "label"}],
        [{"name": "label"}, {"name": "logits"}],
        [{"name": "label"}, {"name": "probabilities"}, {"name": ""}],
    ],
)
def test_400_outputs_that_the_model_has_not(client: httpx.Client, outputs: object):
    error = refused(client, ROSE, outputs=outputs)
    assert error == ("Ask for the outputs label and probabilities, each once: there are no others.")


@pytest.mark.parametrize(
    "parameters", [{"classification": 2}, {"shared_memory_region": "r", "binary_data": False}]
)
def test_400_outputs_in_a_form_that_there_is_not(client: httpx.Client, parameters: object):
    output = {"name": "label", "parameters": parameters}
    error = refused(client, ROSE, outputs=[output])
    assert "neither classification nor shared memory" in error


@pytest.mark.parametrize(
    ("size", "data", "shape", "error"),
    [
        (7, ELEMENT, [1], "There are 8 bytes after the JSON: give that number as binary_data_size"),
        (9, ELEMENT, [1], "There are 8 bytes after the JSON: give that number as binary_data_size"),
        (-8, ELEMENT, [1], "There are 8 bytes after the JSON: "),
        (8, b"", [1], "There are 0 bytes after the JSON: "),
        (2**62, ELEMENT, [1], "There are 8 bytes after the JSON: "),
        (8, ELEMENT, [2], "The binary data ends before text[1]: send as many elements as shape"),
        (8, ELEMENT, [2**64 - 1, 1], "The binary data ends before text[1]: "),
        (3, b"\x01\x00\x00", [1], "The binary data ends before text[0]: "),
        (8, ELEMENT, [0], "The binary data has 8 bytes after its last element: send as many"),
        (16, ELEMENT * 2, [1], "The binary data has 8 bytes after its last element: "),
        (8, b"\x05\x00\x00\x00rose", [1], "text[0] announces 5 bytes and has 4: give its length"),
        (8, b"\xff\xff\xff\xffrose", [1], "text[0] announces 4294967295 bytes and has 4: "),
        (8, b"\x00\x00\x00\x04rose", [1], "text[0] announces 67108864 bytes and has 4: "),
        (6, b"\x02\x00\x00\x00\xff\xfe", [1], "text[0] is not UTF-8 (byte 0): encode it as UTF-8."),
        (4, bytes(4), [1], "text[0] is blank: send a text with words."),
    ],
)
def test_400_bytes_that_do_not_add_up(
    client: httpx.Client, size: int, data: bytes, shape: list[int], error: str
):
    assert error_of(send_binary(client, size, data, shape), 400).startswith(error)


def test_400_as_many_empty_texts_as_a_body_can_hold(client: httpx.Client):
    count = (1024 * 1024 - 200) // 4
    error = error_of(send_binary(client, 4 * count, bytes(4 * count), [count]), 400)
    assert error == f"text has {count} texts: send at most 512 in one request."


@pytest.mark.parametrize("head", ["", "-1", "x", "1e3", "²", "100000", "9" * 16, "9" * 5000])
def test_400_a_length_of_the_json_that_does_not_fit(client: httpx.Client, head: str):
    tensor = json.dumps({"inputs": [ROSE]}).encode()
    headers = {b"inference-header-content-length": head.encode("latin-1")}
    error = error_of(client.post(INFER, content=tensor, headers=headers), 400)
    assert error == (
        f"The header Inference-Header-Content-Length does not fit the body of {len(tensor)} bytes:"
        " give the length of the JSON in bytes."
    )


@pytest.mark.parametrize("head", ["0", "20"])
def test_400_a_length_that_cuts_the_json(client: httpx.Client, head: str):
    error = error_of(send_binary(client, 8, ELEMENT, head=head), 400)
    assert error.startswith("The body is not JSON (")


def test_400_bytes_without_the_header_that_says_where_they_begin(client: httpx.Client):
    tensor = BINARY_ROSE | {"parameters": {"binary_data_size": 8}}
    document = json.dumps({"inputs": [tensor]}).encode()
    assert "not JSON" in error_of(client.post(INFER, content=document + ELEMENT), 400)


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/v2/nope", 404, "There is no such path, model or version: GET /v2/models/fintone"),
        ("GET", "/v2/", 404, "There is no such path, model or version: "),
        ("POST", "/v2/models/another/infer", 404, "There is no such path, model or version: "),
        ("POST", f"{MODEL}/versions/1/infer", 404, "There is no such path, model or version: "),
        ("GET", f"{MODEL}/config", 404, "There is no such path, model or version: "),
        ("GET", INFER, 405, "This path does not take GET: use one of OPTIONS, POST."),
        ("POST", "/v2", 405, "This path does not take POST: use one of GET, HEAD, OPTIONS."),
        ("DELETE", f"{MODEL}/ready", 405, "This path does not take DELETE: "),
    ],
)
def test_other_paths_and_methods_are_told_in_the_protocols_shape(
    client: httpx.Client, method: str, path: str, status: int, error: str
):
    assert error_of(client.request(method, path), status).startswith(error)


@pytest.mark.parametrize("path", ["/v2x", "/v1/v2", "/V2", "//v2"])
def test_a_path_that_only_looks_alike_is_told_in_problem_details(client: httpx.Client, path: str):
    answer = client.get(client.base_url.copy_with(raw_path=path.encode()))
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_options_tell_the_methods(client: httpx.Client):
    answer = client.options(INFER)
    assert (answer.status_code, answer.headers["allow"]) == (204, "OPTIONS, POST")


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "multipart/form-data"},
        {"content-encoding": "gzip"},
    ],
)
def test_415_another_type_or_a_compressed_body(client: httpx.Client, headers: dict[str, str]):
    content = json.dumps({"inputs": [ROSE]}).encode()
    assert "header content-" in error_of(client.post(INFER, content=content, headers=headers), 415)


def test_413_a_body_that_is_too_long(model_path: Path, tmp_path: Path):
    with (
        running(tmp_path, MODEL=model_path, MAX_BODY_BYTES=150) as service,
        httpx.Client(base_url=service.url) as client,
    ):
        assert infer(client, {"inputs": [ROSE]}).status_code == 200
        long = infer(client, {"inputs": [ROSE | {"data": ["rose " * 20]}]})
        assert error_of(long, 413).startswith("The body is over 150 bytes")
        assert long.headers["connection"] == "close"
