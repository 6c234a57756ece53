"""No request, whatever its bytes, gets a 5xx or changes what the next one is answered."""

import json
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

JSON_HEADER = {"content-type": "application/json"}
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)
REQUESTS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(["text", "texts", "payload", "inputs", "parameters"], JSON_VALUES),
)
PATHS = st.sampled_from(["/v1/classify", "/v1/explain", "/process_text", "/predict"])

thorough = settings(max_examples=150, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def _still_serves(client: httpx.Client) -> Iterator[None]:
    yield
    answer = client.post("/v1/classify", json={"text": "rose"})
    assert answer.json()["result"]["label"] == "bullish"


@thorough
@given(path=PATHS, content=st.binary(max_size=300))
def test_any_bytes_are_refused_or_answered(client: httpx.Client, path: str, content: bytes):
    answer = client.post(path, content=content, headers=JSON_HEADER)
    assert answer.status_code in (200, 400, 422)


@thorough
@given(path=PATHS, value=JSON_VALUES | REQUESTS)
def test_any_json_is_refused_or_answered(client: httpx.Client, path: str, value: object):
    content = json.dumps(value).encode()  # NaN and lone surrogates included, as escapes
    answer = client.post(path, content=content, headers=JSON_HEADER)
    assert answer.status_code in (200, 400, 422)


@thorough
@given(texts=st.lists(st.text(st.characters(exclude_categories=())), min_size=1, max_size=20))
def test_any_texts_are_refused_or_answered_with_probabilities(
    client: httpx.Client, texts: list[str]
):
    content = json.dumps({"texts": texts}).encode()
    answer = client.post("/v1/classify", content=content, headers=JSON_HEADER)
    unusable = any(not text.strip() or _has_surrogate(text) for text in texts)
    assert answer.status_code == (422 if unusable else 200)
    if not unusable:
        results = answer.json()["results"]
        assert len(results) == len(texts)
        for result in results:
            assert sum(result["probabilities"].values()) == pytest.approx(1, abs=1e-5)
            assert result["score"] == max(result["probabilities"].values())


@thorough
@given(
    headers=st.dictionaries(
        st.sampled_from(["content-type", "x-request-id", "if-none-match", "accept", "expect"]),
        st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=40).map(
            lambda value: value.replace("\x7f", "").encode("latin-1")
        ),
    )
)
def test_any_header_values_are_refused_or_answered(client: httpx.Client, headers: dict[str, bytes]):
    answer = client.post("/v1/classify", content=b'{"text":"rose"}', headers=headers)
    assert answer.status_code in (200, 400, 415)


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
