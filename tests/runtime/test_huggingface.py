"""POST /predict: what the client of Hugging Face's hub and text-embeddings-inference's are told."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from huggingface_hub import InferenceClient
from huggingface_hub.errors import HfHubHTTPError

from tests.runtime import graphs
from tests.runtime.processes import RunningService, running


@pytest.fixture
def hub(service: RunningService) -> InferenceClient:
    return InferenceClient(f"{service.url}/predict")


def labels(predictions: list[dict[str, Any]]) -> list[str]:
    return [prediction["label"] for prediction in predictions]


def predict(client: httpx.Client, request: dict[str, Any]) -> Any:  # noqa: ANN401 - as JSON comes
    answer = client.post("/predict", json=request)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_hubs_client_gets_labels_by_score(hub: InferenceClient, client: httpx.Client):
    classified = client.post("/v1/classify", json={"text": "Sales rose"}).json()["result"]
    found = {each.label: each.score for each in hub.text_classification("Sales rose")}
    assert found == classified["probabilities"]
    assert list(found) == ["bullish", "bearish"]


def test_the_hubs_client_may_ask_for_the_best_labels(tmp_path: Path):
    path = graphs.write(tmp_path, graphs.model_bytes(graphs.FIVE))
    with running(tmp_path, MODEL=path) as service:
        hub = InferenceClient(f"{service.url}/predict")
        (best,) = hub.text_classification("fell", top_k=1)
        assert best.label == "awful"
        several = hub.text_classification("rose", top_k=9, function_to_apply="softmax")
        assert len(several) == len(graphs.FIVE)
        assert several[0].label == "great"


def test_the_hubs_client_is_told_what_to_change(hub: InferenceClient):
    with pytest.raises(HfHubHTTPError, match="inputs is blank: send a text with words"):
        hub.text_classification(" ")
    with pytest.raises(HfHubHTTPError, match="another than softmax"):
        hub.text_classification("rose", function_to_apply="none")


def test_the_hubs_client_sends_the_api_key_as_a_header(model_path: Path, tmp_path: Path):
    key = "0123456789abcdef"
    with running(tmp_path, MODEL=model_path, API_KEY=key) as service:
        url = f"{service.url}/predict"
        hub = InferenceClient(url, headers={"x-api-key": key})
        assert hub.text_classification("rose")[0].label == "bullish"
        with pytest.raises(HfHubHTTPError, match="401 Unauthorized"):
            InferenceClient(url).text_classification("rose")


@pytest.mark.parametrize(
    "inputs",
    [["rose", "fell"], [["rose"], ["fell"]], [["rose"], "fell"]],
    ids=["strings", "as text-embeddings-inference has batches", "both"],
)
def test_several_texts_get_an_array_each(client: httpx.Client, inputs: list[Any]):
    first, second = predict(client, {"inputs": inputs})
    assert (labels(first), labels(second)) == (["bullish", "bearish"], ["bearish", "bullish"])
    for predictions in (first, second):
        assert sum(each["score"] for each in predictions) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("inputs", ["rose", ["rose"]])
def test_one_text_gets_an_array_in_an_array(client: httpx.Client, inputs: str | list[str]):
    (predictions,) = predict(client, {"inputs": inputs})
    assert labels(predictions) == ["bullish", "bearish"]
    assert list(predictions[0]) == ["label", "score"]


def test_fields_that_say_nothing_change_nothing(client: httpx.Client):
    request = {
        "inputs": "rose",
        "parameters": None,
        "truncate": None,
        "raw_scores": False,
        "options": {"wait_for_model": True},
    }
    assert predict(client, request) == predict(client, {"inputs": "rose", "parameters": {}})


def test_truncate_cuts_the_end_off(client: httpx.Client):
    long = "rose " * 2000 + "fell"
    refused = client.post("/predict", json={"inputs": long})
    assert refused.json()["detail"] == "inputs has 10004 characters: shorten it to at most 10000."
    cut = predict(client, {"inputs": [long, "fell"], "truncate": True})
    assert cut == predict(client, {"inputs": ["rose " * 2000, "fell"]})


@pytest.mark.parametrize(
    ("request_body", "detail"),
    [
        ({}, "The field inputs is missing: add it."),
        ({"inputs": None}, "inputs must be a string or an array, not null."),
        ({"inputs": {"text": "a"}}, "inputs must be a string or an array, not an object."),
        ({"inputs": ["a", 1]}, "inputs[1] must be a string or an array, not a number."),
        ({"inputs": [["a", 1]]}, "inputs[0][1] must be a string, not a number."),
        ({"inputs": []}, "inputs is empty: send at least one text."),
        ({"inputs": ["a", " "]}, "inputs[1] is blank: send a text with words."),
        ({"inputs": ["a"] * 513}, "inputs has 513 texts: send at most 512 in one request."),
        ({"inputs": [["a", "b"]]}, "inputs[0] has 2 texts: send one in an array of its own."),
        ({"inputs": ["a", []]}, "inputs[1] has 0 texts: send one in an array of its own."),
        (
            {"inputs": "a", "raw_scores": True},
            "raw_scores is true: leave it out, as there are only probabilities.",
        ),
        (
            {"inputs": "a", "parameters": {"function_to_apply": "sigmoid"}},
            "parameters.function_to_apply is another than softmax: leave it out, as there are only"
            " probabilities.",
        ),
        (
            {"inputs": "a", "parameters": {"top_k": 0}},
            "Expected `int` >= 1 - at `parameters.top_k`.",
        ),
        (
            {"inputs": "a", "parameters": []},
            "parameters must be an object or null, not an array.",
        ),
    ],
)
def test_what_does_not_fit_is_a_problem_that_names_the_field(
    client: httpx.Client, request_body: dict[str, Any], detail: str
):
    refused = client.post("/predict", json=request_body)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"] == detail


def test_the_log_counts_texts_and_labels(service: RunningService, client: httpx.Client):
    answer = client.post("/predict", json={"inputs": ["rose", "rose", "fell"]})
    line = service.line_of(answer.headers["x-request-id"])
    assert (line["route"], line["texts"]) == ("/predict", 3)
    assert line["labels"] == {"bullish": 2, "bearish": 1}
