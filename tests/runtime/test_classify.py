"""Contract 2: what a text, a batch and the old service's route are answered."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.runtime import graphs
from tests.runtime.processes import ROOT, RunningService, running

SHIPPED = ROOT / "onnx_models" / "sentiment.onnx"


def test_one_text_gets_one_result(client: httpx.Client):
    answer = client.post("/v1/classify", json={"text": "Sales fell"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert body["model"] == "0123456789ab"
    result = body["result"]
    assert result["label"] == "bearish"
    assert list(result["probabilities"]) == ["bearish", "bullish"]
    assert result["score"] == result["probabilities"]["bearish"]
    assert sum(result["probabilities"].values()) == pytest.approx(1, abs=1e-5)


def test_texts_get_results_in_their_order(client: httpx.Client):
    texts = ["fell", "rose", "fell", "Sales ROSE"]
    results = client.post("/v1/classify", json={"texts": texts}).json()["results"]
    assert [x["label"] for x in results] == ["bearish", "bullish", "bearish", "bullish"]


def test_a_text_scores_the_same_alone_and_in_a_batch(client: httpx.Client):
    texts = ["fell", "rose and rose", "nothing known", "loss " * 300]
    batch = client.post("/v1/classify", json={"texts": texts}).json()["results"]
    alone = [client.post("/v1/classify", json={"text": t}).json()["result"] for t in texts]
    for one, other in zip(batch, alone, strict=True):
        assert one["label"] == other["label"]
        assert one["probabilities"] == pytest.approx(other["probabilities"], abs=1e-5)


def test_the_old_route_answers_as_the_old_service_did(client: httpx.Client):
    answer = client.post("/process_text", json={"payload": "Sales fell"})
    assert answer.json() == {"Raw Text": "Sales fell", "Categories": "bearish"}


@pytest.mark.parametrize(
    "text",
    ["…", "\u200b", "\0", "İstanbul", "利益が減少", "😀", "a\nb\tc", "x" * 10_000, "ﬁ\u0301"],
)
def test_a_text_of_any_script_is_answered_and_given_back(client: httpx.Client, text: str):
    answer = client.post("/process_text", json={"payload": text})
    assert answer.status_code == 200
    assert answer.json()["Raw Text"] == text


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'],
)
def test_json_is_taken_however_its_type_is_spelt(client: httpx.Client, content_type: str):
    answer = client.post(
        "/v1/classify", content=b'{"text":"rose"}', headers={"content-type": content_type}
    )
    assert answer.status_code == 200


def test_unknown_fields_are_ignored_and_the_last_of_equal_keys_counts(client: httpx.Client):
    answer = client.post(
        "/v1/classify",
        content=b'{"text":"fell","language":"en","deep":[[{}]],"text":"rose"}',
        headers={"content-type": "application/json"},
    )
    assert answer.json()["result"]["label"] == "bullish"


def test_the_limits_themselves_are_within(client: httpx.Client):
    assert client.post("/v1/classify", json={"texts": ["rose"] * 512}).status_code == 200
    assert client.post("/v1/classify", json={"text": "ä" * 10_000}).status_code == 200


def test_labels_come_from_the_graph(tmp_path: Path):
    path = graphs.write(tmp_path, graphs.model_bytes(graphs.FIVE))
    with running(tmp_path, MODEL=path) as service, httpx.Client(base_url=service.url) as client:
        result = client.post("/v1/classify", json={"text": "rose"}).json()["result"]
        page = client.get("/").text
    assert list(result["probabilities"]) == list(graphs.FIVE)
    assert result["label"] == "great"
    assert all(label in page for label in graphs.FIVE)


def test_answers_of_many_clients_are_not_mixed_up(service: RunningService):
    def ask(number: int) -> None:
        text = f"client {number} " + ("rose" if number % 2 else "fell")
        with httpx.Client(base_url=service.url, timeout=30) as client:
            for _ in range(10):
                sent = {"x-request-id": f"client-{number}"}
                answer = client.post("/process_text", json={"payload": text}, headers=sent)
                assert answer.headers["x-request-id"] == sent["x-request-id"]
                expected = "bullish" if number % 2 else "bearish"
                assert answer.json() == {"Raw Text": text, "Categories": expected}

    with ThreadPoolExecutor(16) as clients:
        list(clients.map(ask, range(16)))


@pytest.mark.skipif(not SHIPPED.exists(), reason="onnx_models/sentiment.onnx has not been built")
def test_the_committed_graph_calls_a_fallen_profit_negative(tmp_path: Path):
    with running(tmp_path) as service, httpx.Client(base_url=service.url) as client:
        text = "Operating profit fell to EUR 35.4 mn from EUR 68.8 mn"
        answer = client.post("/v1/classify", json={"text": text}).json()
        assert answer["result"]["label"] == "negative"
        assert set(answer["result"]["probabilities"]) == {"negative", "neutral", "positive"}
        old = client.post("/process_text", json={"payload": text}).json()
        assert old == {"Raw Text": text, "Categories": "negative"}
