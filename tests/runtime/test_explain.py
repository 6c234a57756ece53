"""Which words speak for a label: true to the text, and to what /v1/classify says of it."""

import json
import math
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.explain import MAX_WORDS
from tests.runtime.processes import RunningService, running

PIECES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
PHRASES = st.sampled_from(
    ["Operating", "profit", "rose", "fell,", "by", "5", "%", ",", "EUR", "35.4", "mn", "(loss)"]
)
TEXTS = (
    st.lists(PHRASES | PIECES, min_size=1, max_size=12)
    .map(" ".join)
    .filter(lambda text: not text.isspace() and text)
)

thorough = settings(max_examples=60, deadline=None)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The committed graph: its matrix products are real ones."""
    with (
        running(tmp_path_factory.mktemp("shipped")) as service,
        httpx.Client(base_url=service.url, timeout=30) as client,
    ):
        yield client


def explain(client: httpx.Client, text: str) -> dict[str, Any]:
    answer = client.post("/v1/explain", json={"text": text})
    assert answer.status_code == 200, answer.text
    explained: dict[str, Any] = answer.json()
    return explained


def classify(client: httpx.Client, **request: object) -> Any:  # noqa: ANN401 - as JSON comes
    answer = client.post("/v1/classify", json=request)
    assert answer.status_code == 200, answer.text
    return answer.json()


def weights(client: httpx.Client, text: str) -> dict[str, float]:
    return {word["word"]: word["weight"] for word in explain(client, text)["words"]}


def log_odds(result: dict[str, Any], label: str) -> float:
    others = (share for name, share in result["probabilities"].items() if name != label)
    return math.log(result["probabilities"][label] / sum(others))


def without(text: str, word: dict[str, Any]) -> str:
    return text[: word["start"]] + text[word["end"] :]


def test_the_answer_is_that_of_classify_and_a_weight_for_each_word(client: httpx.Client):
    explained = explain(client, "Sales rose.")
    assert list(explained) == ["model", "result", "words"]
    classified = classify(client, text="Sales rose.")
    assert explained["model"] == classified["model"]
    assert explained["result"] == classified["result"]
    assert explained["words"] == [
        {"word": "Sales", "start": 0, "end": 5, "weight": 0},
        # The graph of these tests adds 3 to the logit of bullish for "rose".
        {"word": "rose.", "start": 6, "end": 11, "weight": pytest.approx(3, abs=1e-5)},
    ]


def test_a_word_that_speaks_against_the_label_has_a_weight_below_0(client: httpx.Client):
    assert weights(client, "gain rose fell") == pytest.approx({"gain": 3, "rose": 3, "fell": -3})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fell, (5 %) -3%!", ["fell,", "(5", "%)", "-3%!"]),
        ("\trose\n\nfell\u00a0\u2003gain ", ["rose", "fell", "gain"]),
        ("利益が 減少した。", ["利益が", "減少した。"]),
        ("so\u200bso 👩\u200d💻 e\u0301", ["so\u200bso", "👩\u200d💻", "e\u0301"]),
        ("\u200b", ["\u200b"]),
    ],
)
def test_a_word_is_what_stands_between_white_space(
    client: httpx.Client, text: str, words: list[str]
):
    explained = explain(client, text)["words"]
    assert [word["word"] for word in explained] == words
    assert [text[word["start"] : word["end"]] for word in explained] == words


def test_the_only_word_is_compared_with_no_text(client: httpx.Client):
    assert weights(client, " rose ") == {"rose": pytest.approx(3, abs=1e-5)}


def test_a_certain_answer_still_tells_its_words_apart(client: httpx.Client):
    explained = explain(client, "rose " * 20 + "so")
    assert explained["result"]["score"] == 1  # e ** -60 beside it is lost in float32
    assert explained["words"][0]["weight"] == pytest.approx(3, abs=1e-4)
    assert explained["words"][-1]["weight"] == 0


def test_a_probability_of_0_makes_no_infinity(client: httpx.Client):
    explained = explain(client, "rose " * 199 + "fell")
    assert 0 in explained["result"]["probabilities"].values()
    assert all(word["weight"] == 0 for word in explained["words"])


def test_words_are_weighed_up_to_the_limit(client: httpx.Client):
    assert len(explain(client, "a " * MAX_WORDS)["words"]) == MAX_WORDS == 200
    refused = client.post("/v1/explain", json={"text": "a " * 201})
    assert refused.status_code == 422
    assert refused.json()["detail"] == "text has 201 words: shorten it to at most 200."


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b'{"text":"\xff"}', 400),
        (b" " * (1024 * 1024 + 1), 413),
        (b'{"text":" \\n"}', 422),
        (b'{"text":"\\ud800"}', 422),
        (b'{"text":1}', 422),
        (b'{"text":"' + b"x" * 10_001 + b'"}', 422),
    ],
    ids=["no JSON", "no UTF-8", "body", "blank", "surrogate", "type", "long"],
)
def test_a_request_is_refused_as_classify_refuses_it(
    client: httpx.Client, content: bytes, status: int
):
    headers = {"content-type": "application/json"}
    refused = client.post("/v1/explain", content=content, headers=headers)
    assert refused.status_code == status
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.text == client.post("/v1/classify", content=content, headers=headers).text


def test_a_missing_text_is_named(client: httpx.Client):
    refused = client.post("/v1/explain", json={"texts": ["rose"]})
    assert refused.json()["detail"] == "The field text is missing: add it."


def test_the_log_counts_the_text_and_its_label_alone(service: RunningService, client: httpx.Client):
    answer = client.post("/v1/explain", json={"text": "rose rose fell"})
    line = service.line_of(answer.headers["x-request-id"])
    assert (line["route"], line["texts"], line["labels"]) == ("/v1/explain", 1, {"bullish": 1})


@thorough
@given(text=st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_is_refused_or_has_its_words_in_order(client: httpx.Client, text: str):
    answer = client.post(
        "/v1/explain",
        content=json.dumps({"text": text}).encode(),
        headers={"content-type": "application/json"},
    )
    surrogate = any("\ud800" <= character <= "\udfff" for character in text)
    assert answer.status_code == (422 if surrogate or not text.strip() else 200)
    if answer.status_code == 200:
        words = answer.json()["words"]
        assert [word["word"] for word in words] == text.split()
        end = 0
        for word in words:
            assert end <= word["start"] < word["end"] <= len(text)
            assert text[word["start"] : word["end"]] == word["word"]
            assert math.isfinite(word["weight"])
            end = word["end"]


@thorough
@given(text=TEXTS)
def test_classify_has_exactly_the_probabilities_that_a_weight_is_computed_from(
    shipped: httpx.Client, text: str
):
    explained = explain(shipped, text)
    words, label = explained["words"], explained["result"]["label"]
    texts = [text, *(without(text, word) for word in words)]
    if len(words) == 1:  # what is left is blank, and refused
        return
    # In one request, as in one run of the graph: to the last bit.
    as_it_is, *rest = classify(shipped, texts=texts)["results"]
    assert explained["result"] == as_it_is
    for word, result in zip(words, rest, strict=True):
        expected = log_odds(as_it_is, label) - log_odds(result, label)
        assert word["weight"] == pytest.approx(expected, abs=1e-12)
    # Each alone: a matrix product of another size adds up in another order.
    for each, result in zip(texts, [as_it_is, *rest], strict=True):
        alone = classify(shipped, text=each)["result"]["probabilities"]
        assert alone == pytest.approx(result["probabilities"], abs=1e-6)
