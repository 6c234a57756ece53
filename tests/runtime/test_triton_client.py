"""Triton's client from PyPI, with its defaults, against the running service."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput, aio
from tritonclient.utils import InferenceServerException

from tests.runtime import graphs
from tests.runtime.inference_protocol import NAME, labels_of, text_input
from tests.runtime.processes import RunningService, running

VERSION = "0123456789ab"
TEXTS = ["Sales rose", "Sales fell in Jyväskylä", "利益 rose", "nothing known"]
LABELS = ["bullish", "bearish", "bullish", "bearish"]


@pytest.fixture(scope="module")
def triton(service: RunningService) -> Iterator[InferenceServerClient]:
    with InferenceServerClient(f"127.0.0.1:{service.port}") as client:
        yield client


def test_it_finds_server_and_model_ready(triton: InferenceServerClient):
    assert triton.is_server_live()
    assert triton.is_server_ready()
    assert triton.is_model_ready(NAME)
    assert triton.is_model_ready(NAME, VERSION)


def test_it_finds_no_other_model_ready(triton: InferenceServerClient):
    assert not triton.is_model_ready("another")
    assert not triton.is_model_ready(NAME, "1")


def test_it_reads_the_servers_metadata(triton: InferenceServerClient):
    assert triton.get_server_metadata() == {
        "name": "fintone",
        "version": VERSION,
        "extensions": ["binary_tensor_data"],
    }


@pytest.mark.parametrize("version", ["", VERSION])
def test_it_reads_the_models_metadata(triton: InferenceServerClient, version: str):
    assert triton.get_model_metadata(NAME, version) == {
        "name": "fintone",
        "versions": [VERSION],
        "platform": "onnxruntime_onnx",
        "inputs": [{"name": "text", "datatype": "BYTES", "shape": [-1]}],
        "outputs": [
            {"name": "label", "datatype": "BYTES", "shape": [-1]},
            {
                "name": "probabilities",
                "datatype": "FP32",
                "shape": [-1, 2],
                "parameters": {"labels": ["bearish", "bullish"]},
            },
        ],
    }


@pytest.mark.parametrize("version", ["", VERSION])
def test_it_classifies_as_v1_classify_does(
    triton: InferenceServerClient, client: httpx.Client, version: str
):
    result = triton.infer(NAME, [text_input(TEXTS)], version)
    assert labels_of(result) == LABELS
    answered = client.post("/v1/classify", json={"texts": TEXTS}).json()["results"]
    expected = [list(each["probabilities"].values()) for each in answered]
    probabilities = result.as_numpy("probabilities")
    assert probabilities.dtype == np.float32
    assert probabilities.tolist() == expected


@pytest.mark.parametrize("sent_binary", [True, False])
@pytest.mark.parametrize("answered_binary", [True, False])
def test_json_and_bytes_give_the_same(
    triton: InferenceServerClient, sent_binary: bool, answered_binary: bool
):
    outputs = [
        InferRequestedOutput(name, binary_data=answered_binary)
        for name in ("probabilities", "label")
    ]
    result = triton.infer(NAME, [text_input(TEXTS, binary=sent_binary)], outputs=outputs)
    assert [each["name"] for each in result.get_response()["outputs"]] == ["probabilities", "label"]
    default = triton.infer(NAME, [text_input(TEXTS)])
    assert labels_of(result) == labels_of(default)
    assert np.array_equal(result.as_numpy("probabilities"), default.as_numpy("probabilities"))


def test_one_output_may_be_json_and_the_other_bytes(triton: InferenceServerClient):
    outputs = [
        InferRequestedOutput("label", binary_data=False),
        InferRequestedOutput("probabilities"),
    ]
    result = triton.infer(NAME, [text_input(TEXTS)], outputs=outputs)
    assert result.get_output("label")["data"] == LABELS
    assert result.get_output("probabilities")["parameters"] == {"binary_data_size": 32}
    assert result.as_numpy("probabilities").argmax(axis=1).tolist() == [1, 0, 1, 0]


def test_it_gets_the_outputs_that_it_asks_for(triton: InferenceServerClient):
    result = triton.infer(NAME, [text_input(TEXTS)], outputs=[InferRequestedOutput("label")])
    assert labels_of(result) == LABELS
    assert result.as_numpy("probabilities") is None


@pytest.mark.parametrize("binary", [True, False])
def test_texts_may_stand_in_a_column(triton: InferenceServerClient, binary: bool):
    tensor = InferInput("text", [2, 1], "BYTES")
    tensor.set_data_from_numpy(np.array([["fell"], ["rose"]], dtype=object), binary_data=binary)
    assert labels_of(triton.infer(NAME, [tensor])) == ["bearish", "bullish"]


def test_it_is_given_its_request_id_and_the_version_back(triton: InferenceServerClient):
    request = {"request_id": "ä 42", "priority": 1, "timeout": 5, "parameters": {"own": "x"}}
    response = triton.infer(NAME, [text_input(["rose"])], **request).get_response()
    assert (response["id"], response["model_version"]) == ("ä 42", VERSION)
    assert "id" not in triton.infer(NAME, [text_input(["rose"])]).get_response()


def test_it_may_send_as_many_texts_as_v1_classify_takes(triton: InferenceServerClient):
    assert labels_of(triton.infer(NAME, [text_input(["rose"] * 512)])) == ["bullish"] * 512
    with pytest.raises(InferenceServerException, match="text has 513 texts: send at most 512"):
        triton.infer(NAME, [text_input(["rose"] * 513)])


def test_its_asynchronous_calls_are_answered(triton: InferenceServerClient):
    calls = [triton.async_infer(NAME, [text_input([text])]) for text in TEXTS]
    assert [labels_of(call.get_result()) for call in calls] == [[label] for label in LABELS]


def test_its_asyncio_client_is_answered(service: RunningService):
    async def ask() -> None:
        async with aio.InferenceServerClient(f"127.0.0.1:{service.port}") as client:
            assert await client.is_server_live()
            assert await client.is_server_ready()
            assert await client.is_model_ready(NAME, VERSION)
            assert (await client.get_server_metadata())["name"] == "fintone"
            assert (await client.get_model_metadata(NAME))["versions"] == [VERSION]
            for binary in (True, False):
                result = await client.infer(NAME, [text_input(TEXTS, binary=binary)])
                assert labels_of(result) == LABELS
            with pytest.raises(InferenceServerException, match="is blank"):
                await client.infer(NAME, [text_input([" "])])

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["rose", " "], "text[1] is blank: send a text with words."),
        (["x" * 10_001], "text[0] has 10001 characters: shorten it to at most 10000."),
        ([], "text is empty: send at least one text."),
        ([b"rose", b"ro\xffse"], "text[1] is not UTF-8 (byte 2): encode it as UTF-8."),
        ([b"\xed\xa0\x80"], "text[0] is not UTF-8 (byte 0): encode it as UTF-8."),
    ],
)
def test_it_is_told_which_text_to_change(
    triton: InferenceServerClient, texts: list[str | bytes], message: str
):
    with pytest.raises(InferenceServerException) as refused:
        triton.infer(NAME, [text_input(texts)])
    assert (refused.value.status(), refused.value.message()) == ("400", message)


def test_it_is_told_that_there_is_no_such_model(triton: InferenceServerClient):
    for ask in (
        lambda: triton.infer("another", [text_input(["rose"])]),
        lambda: triton.infer(NAME, [text_input(["rose"])], "1"),
        lambda: triton.get_model_metadata("another"),
        lambda: triton.get_model_config(NAME),
        triton.get_model_repository_index,
    ):
        with pytest.raises(InferenceServerException) as refused:
            ask()
        assert refused.value.status() == "404"
        assert refused.value.message().startswith("There is no such path, model or version: GET")


def test_it_is_told_what_the_service_cannot_do(triton: InferenceServerClient):
    tensor = text_input(["rose"])
    shared = InferRequestedOutput("label")
    shared.set_shared_memory("region", 64)
    for output in (InferRequestedOutput("probabilities", class_count=2), shared):
        with pytest.raises(InferenceServerException, match="neither classification nor shared"):
            triton.infer(NAME, [tensor], outputs=[output])
    with pytest.raises(InferenceServerException, match="without the header content-encoding"):
        triton.infer(NAME, [tensor], request_compression_algorithm="gzip")
    assert triton.infer(NAME, [tensor], response_compression_algorithm="gzip") is not None


def test_what_it_sends_is_counted_in_the_log(
    triton: InferenceServerClient, service: RunningService
):
    triton.infer(NAME, [text_input(TEXTS)], headers={"x-request-id": "from-triton"})
    line = service.line_of("from-triton")
    assert (line["route"], line["status"]) == ("/v2/models/fintone/infer", 200)
    assert (line["texts"], line["labels"]) == (4, {"bullish": 2, "bearish": 2})


def test_with_an_api_key_health_alone_is_open(model_path: Path, tmp_path: Path):
    key = {"x-api-key": "0123456789abcdef"}
    with (
        running(tmp_path, MODEL=model_path, API_KEY=key["x-api-key"]) as service,
        InferenceServerClient(f"127.0.0.1:{service.port}") as triton,
    ):
        assert triton.is_server_live()
        assert triton.is_server_ready()
        assert triton.is_model_ready(NAME)
        tensor = text_input(["rose"])
        assert labels_of(triton.infer(NAME, [tensor], headers=dict(key))) == ["bullish"]
        assert triton.get_server_metadata(headers=dict(key))["name"] == "fintone"
        for ask in (
            lambda: triton.infer(NAME, [tensor]),
            lambda: triton.get_model_metadata(NAME, VERSION),
            triton.get_server_metadata,
        ):
            with pytest.raises(InferenceServerException) as refused:
                ask()
            assert refused.value.status() == "401"
            assert refused.value.message().startswith("Send the API key of this service, once,")


def test_labels_come_from_the_graph(tmp_path: Path):
    path = graphs.write(tmp_path, graphs.model_bytes(graphs.FIVE))
    with (
        running(tmp_path, MODEL=path) as service,
        InferenceServerClient(f"127.0.0.1:{service.port}") as triton,
    ):
        result = triton.infer(NAME, [text_input(["fell", "rose"])])
        assert labels_of(result) == ["awful", "great"]
        (_, column) = triton.get_model_metadata(NAME)["outputs"]
    assert column["parameters"] == {"labels": list(graphs.FIVE)}
    assert result.as_numpy("probabilities").shape == (2, 5)
