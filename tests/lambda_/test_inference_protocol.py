"""The Open Inference Protocol through the handler: the very bytes that Triton's client sends."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from tritonclient.http import InferenceServerClient, InferRequestedOutput, InferResult

from runtime.invocations import Invocations
from tests.lambda_.conftest import InvocationContext
from tests.lambda_.emulator import EVENTS, Emulator, emulated, recorded
from tests.runtime.inference_protocol import INFER, labels_of, text_input

TEXTS = ["Operating profit rose to EUR 13.1 mn", "Operating profit fell", "Jyväskylä"]
POSTS = sorted(path.stem for path in EVENTS.glob("*_post.json"))


def infer_event(name: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """An event for an inference, with its body as Base64: no source takes bytes for text."""
    event = recorded(name)
    if "http" in event["requestContext"]:
        event["rawPath"] = event["requestContext"]["http"]["path"] = INFER
    else:
        event["path"] = INFER
    for field, wrap in (("headers", str), ("multiValueHeaders", lambda value: [value])):
        if event.get(field) is not None:
            kept = {k: v for k, v in event[field].items() if k.lower() != "content-type"}
            event[field] = kept | {key: wrap(value) for key, value in headers.items()}
    event["body"], event["isBase64Encoded"] = base64.b64encode(body).decode(), True
    return event


def triton_event(name: str = "function_url_post", **options: Any) -> dict[str, Any]:  # noqa: ANN401 - as the client has them
    """What the client sends: no content type, and a header that says where the JSON ends."""
    body, length = InferenceServerClient.generate_request_body([text_input(TEXTS)], **options)
    return infer_event(name, body, {"inference-header-content-length": str(length)})


def result_of(answer: dict[str, Any]) -> InferResult:
    """What the client makes of an answer, once its source has decoded the body."""
    assert answer["statusCode"] == 200, answer
    assert answer["isBase64Encoded"] is True
    headers = answer.get("headers") or {k: v for k, (v,) in answer["multiValueHeaders"].items()}
    assert headers["content-type"] == "application/octet-stream"
    return InferenceServerClient.parse_response_body(
        base64.b64decode(answer["body"]),
        header_length=int(headers["inference-header-content-length"]),
    )


def check(result: InferResult, server: httpx.Client) -> None:
    """Hold a result against what the local server says of the same texts."""
    expected = server.post("/v1/classify", json={"texts": TEXTS}).json()["results"]
    assert labels_of(result) == [each["label"] for each in expected]
    probabilities = [list(each["probabilities"].values()) for each in expected]
    assert result.as_numpy("probabilities").tolist() == probabilities


@pytest.mark.parametrize("name", POSTS)
def test_each_source_gets_bytes_for_bytes(emulator: Emulator, server: httpx.Client, name: str):
    check(result_of(emulator.invoke(triton_event(name))), server)


@pytest.mark.parametrize("name", POSTS)
def test_the_handler_alone_answers_bytes_with_bytes(
    invocations: Invocations, context: InvocationContext, server: httpx.Client, name: str
):
    answer = invocations(triton_event(name), context)
    assert isinstance(answer, dict)
    check(result_of(answer), server)


def test_outputs_in_json_are_answered_as_text(emulator: Emulator, server: httpx.Client):
    outputs = [InferRequestedOutput("label", binary_data=False)]
    answer = emulator.invoke(triton_event(outputs=outputs, request_id="42"))
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False)
    assert answer["headers"]["content-type"] == "application/json"
    tensor = {"name": "text", "shape": [3], "datatype": "BYTES", "data": TEXTS}
    request = {"id": "42", "inputs": [tensor], "outputs": [{"name": "label"}]}
    assert json.loads(answer["body"]) == server.post(INFER, json=request).json()


def test_metadata_and_health_are_those_of_the_local_server(
    emulator: Emulator, server: httpx.Client
):
    event = recorded("function_url_get")
    model = "/v2/models/fintone"
    for path in ("/v2", "/v2/health/live", "/v2/health/ready", model, f"{model}/ready"):
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
        answer = emulator.invoke(event)
        assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False)
        assert json.loads(answer["body"]) == server.get(path).json()


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"{}", {"inference-header-content-length": "3"}, 400),
        (b"{}\xff", {"content-type": "application/octet-stream"}, 400),
        (b"{}", {"content-type": "text/plain"}, 415),
        (b" " * (1024 * 1024 + 1), {}, 413),
    ],
)
def test_an_error_is_that_of_the_local_server(
    emulator: Emulator,
    server: httpx.Client,
    body: bytes,
    headers: dict[str, str],
    status: int,
):
    answer = emulator.invoke(infer_event("function_url_post", body, headers))
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (status, False)
    assert answer["headers"]["content-type"] == "application/json"
    assert answer["body"] == server.post(INFER, content=body, headers=headers).text
    assert list(json.loads(answer["body"])) == ["error"]


def test_a_fault_of_ours_is_a_500_in_the_protocols_shape(fragile_model: Path, tmp_path: Path):
    tensor = {"name": "text", "shape": [1], "datatype": "BYTES", "data": ["gain"]}
    body = json.dumps({"inputs": [tensor]}).encode()
    with emulated(tmp_path, MODEL=fragile_model) as fragile:
        answer = fragile.invoke(infer_event("function_url_post", body, {}))
    assert answer["statusCode"] == 500
    error = "The service failed; its log tells why under this request's id."
    assert json.loads(answer["body"]) == {"error": error}
