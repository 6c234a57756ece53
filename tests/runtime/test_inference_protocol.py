"""The Open Inference Protocol without a client: its JSON, and what its layers answer."""

import asyncio
import json
import struct
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.app import create
from runtime.logs import LogLines
from runtime.middleware import Problems, RequestLog
from runtime.model import Model
from runtime.settings import Settings
from tests.runtime.inference_protocol import INFER, MODEL, ROSE, error_of
from tests.runtime.processes import program


def infer(client: httpx.Client, request: object) -> httpx.Response:
    return client.post(INFER, json=request)


def test_json_is_answered_with_json(client: httpx.Client):
    answer = infer(client, {"id": "42", "inputs": [ROSE]})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert "inference-header-content-length" not in answer.headers
    result = client.post("/v1/classify", json={"text": "rose"}).json()["result"]
    assert answer.json() == {
        "model_name": "fintone",
        "model_version": "0123456789ab",
        "outputs": [
            {"name": "label", "datatype": "BYTES", "shape": [1], "data": ["bullish"]},
            {
                "name": "probabilities",
                "datatype": "FP32",
                "shape": [1, 2],
                "data": list(result["probabilities"].values()),
            },
        ],
        "id": "42",
    }


def test_bytes_are_answered_where_they_are_asked_for(client: httpx.Client):
    request = {"inputs": [ROSE], "parameters": {"binary_data_output": True}}
    answer = infer(client, request)
    assert answer.headers["content-type"] == "application/octet-stream"
    length = int(answer.headers["inference-header-content-length"])
    label, probabilities = json.loads(answer.content[:length])["outputs"]
    assert label["parameters"] == {"binary_data_size": 11}
    assert probabilities["parameters"] == {"binary_data_size": 8}
    assert answer.content[length:][:11] == b"\x07\x00\x00\x00bullish"
    assert sum(struct.unpack("<2f", answer.content[length + 11 :])) == pytest.approx(1)


def test_an_output_may_differ_from_what_is_asked_for_all(client: httpx.Client):
    outputs = [{"name": "label", "parameters": {"binary_data": False}}, {"name": "probabilities"}]
    request = {"inputs": [ROSE], "outputs": outputs, "parameters": {"binary_data_output": True}}
    answer = infer(client, request)
    length = int(answer.headers["inference-header-content-length"])
    label, probabilities = json.loads(answer.content[:length])["outputs"]
    assert label["data"] == ["bullish"]
    assert "data" not in probabilities
    assert len(answer.content) == length + 8


@pytest.mark.parametrize("content_type", ["", "application/octet-stream", "Application/JSON"])
def test_a_body_may_be_announced_as_clients_do(client: httpx.Client, content_type: str):
    content = json.dumps({"inputs": [ROSE]}).encode()
    answer = client.post(INFER, content=content, headers={"content-type": content_type})
    assert answer.status_code == 200


def test_nulls_and_unknown_parameters_are_ignored_as_mlservers_clients_send_them(
    client: httpx.Client,
):
    parameters = {"content_type": "str", "headers": None, "binary_data_size": None}
    request = {
        "id": None,
        "parameters": None,
        "inputs": [ROSE | {"parameters": parameters}],
        "outputs": [{"name": "label", "parameters": {"binary_data": None, "own": 1}}],
    }
    answer = infer(client, request).json()
    assert answer["outputs"][0]["data"] == ["bullish"]
    assert "id" not in answer


@pytest.mark.parametrize("data", [["fell", "rose"], [["fell"], ["rose"]], [["fell", "rose"]]])
def test_data_may_be_flat_or_nested(client: httpx.Client, data: object):
    answer = infer(client, {"inputs": [ROSE | {"shape": [2, 1], "data": data}]})
    assert answer.json()["outputs"][0]["data"] == ["bearish", "bullish"]


def test_health_says_so(client: httpx.Client):
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}
    assert client.get(f"{MODEL}/ready").json() == {"name": "fintone", "ready": True}
    head = client.head("/v2/health/live")
    assert (head.status_code, head.content) == (200, b"")


# What the layers around it answer, without a socket


def ask(app: ASGIApp, path: str) -> httpx.Response:
    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path)

    return asyncio.run(get())


def test_500_a_fault_of_ours_has_the_protocols_shape():
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("the secret of the house")

    error = error_of(ask(RequestLog(Problems(broken), LogLines(None)), INFER), 500)
    assert error == "The service failed; its log tells why under this request's id."


@pytest.mark.parametrize("path", ["/v2/health/ready", f"{MODEL}/ready"])
def test_503_until_the_graph_has_answered(model_path: Path, path: str):
    model = Model.load(model_path)
    app = create(Settings(), model, LogLines(None))
    early = ask(app, path)
    assert error_of(early, 503) == "The graph is not warm yet: ask again in a second."
    assert early.headers["retry-after"] == "1"
    assert ask(app, "/v2/health/live").status_code == 200
    model.warm_up()
    assert ask(app, path).status_code == 200


def test_a_start_imports_nothing_of_it():
    code = (
        "import sys, runtime.invocations as i; i.start({});"
        "print([name for name in sys.modules if 'inference_protocol' in name])"
    )
    result = program(code)
    assert (result.stdout, result.stderr) == ("[]\n", "")
