"""No bytes, and no lengths that are told of them, get a 5xx or change what the next is answered."""

import contextlib
import json
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tritonclient.http import InferenceServerClient
from tritonclient.utils import deserialize_bytes_tensor

from runtime.inference_protocol.tensors import decode_strings, encode_strings
from runtime.problems import Refusal
from tests.runtime.inference_protocol import INFER, text_input

SIZES = st.integers() | st.integers(-1, 40)
SHAPES = st.lists(SIZES, max_size=3) | SIZES.map(lambda count: [count])
LENGTHS = st.integers(0, 300).map(str) | st.text("0123456789-+x", max_size=20)
# Lengths that nearly fit, with bytes that are nearly UTF-8.
ELEMENTS = st.lists(
    st.tuples(st.binary(max_size=8), st.integers(-2, 2) | st.integers(-100, 2**32 - 1)), max_size=6
).map(
    lambda elements: b"".join(
        (max(0, len(data) + off) % 2**32).to_bytes(4, "little") + data for data, off in elements
    )
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)
TENSORS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.just("text") | JSON_VALUES,
        "shape": SHAPES | JSON_VALUES,
        "datatype": st.just("BYTES") | JSON_VALUES,
        "data": st.lists(st.text()) | JSON_VALUES,
        "parameters": st.fixed_dictionaries({}, optional={"binary_data_size": SIZES | JSON_VALUES})
        | JSON_VALUES,
    },
)
REQUESTS = st.fixed_dictionaries(
    {"inputs": st.lists(TENSORS, max_size=2) | JSON_VALUES},
    optional={
        "id": JSON_VALUES,
        "outputs": st.lists(
            st.fixed_dictionaries({"name": st.sampled_from(["label", "probabilities"])})
        )
        | JSON_VALUES,
        "parameters": JSON_VALUES,
    },
)

thorough = settings(max_examples=150, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def _still_serves(client: httpx.Client) -> Iterator[None]:
    yield
    body, length = InferenceServerClient.generate_request_body([text_input(["rose"])])
    headers = {"inference-header-content-length": str(length)}
    assert b"bullish" in client.post(INFER, content=body, headers=headers).content


def check(answer: httpx.Response) -> None:
    """An answer, or an error that says what to change."""
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert answer.json()["error"].endswith(".")


@thorough
@given(shape=SHAPES, size=SIZES | st.none(), data=st.binary(max_size=64) | ELEMENTS)
def test_any_bytes_of_a_tensor_are_answered_or_refused(
    client: httpx.Client, shape: list[int], size: int | None, data: bytes
):
    announced = len(data) if size is None else size
    tensor = {"name": "text", "datatype": "BYTES", "shape": shape}
    tensor["parameters"] = {"binary_data_size": announced}
    head = json.dumps({"inputs": [tensor]}).encode()
    headers = {"inference-header-content-length": str(len(head))}
    check(client.post(INFER, content=head + data, headers=headers))


@thorough
@given(texts=st.lists(st.text() | st.binary(), max_size=5), length=LENGTHS, data=st.data())
def test_what_tritons_client_sends_may_be_damaged_anywhere(
    client: httpx.Client, texts: list[str | bytes], length: str, data: st.DataObject
):
    body, right = InferenceServerClient.generate_request_body([text_input(texts)])
    damaged = bytearray(body)
    for position in data.draw(st.lists(st.integers(0, len(body) - 1), max_size=3)):
        damaged[position] = data.draw(st.integers(0, 255))
    end = data.draw(st.just(len(body)) | st.integers(0, len(body)))
    headers = {"inference-header-content-length": data.draw(st.sampled_from([str(right), length]))}
    check(client.post(INFER, content=bytes(damaged[:end]), headers=headers))


@thorough
@given(content=st.binary(max_size=300), length=LENGTHS | st.none())
def test_any_bytes_are_answered_or_refused(
    client: httpx.Client, content: bytes, length: str | None
):
    headers = {} if length is None else {"inference-header-content-length": length}
    check(client.post(INFER, content=content, headers=headers))


@thorough
@given(request=REQUESTS | JSON_VALUES)
def test_any_json_is_answered_or_refused(client: httpx.Client, request: object):
    check(client.post(INFER, content=json.dumps(request).encode()))


@thorough
@given(texts=st.lists(st.text()))
def test_a_tensor_of_texts_is_what_tritons_client_makes_and_reads(texts: list[str]):
    written = encode_strings(texts)
    assert written == (text_input(texts)._get_binary_data() or b"")
    assert [each.decode() for each in deserialize_bytes_tensor(written)] == texts
    assert decode_strings(written, len(texts), "text") == texts


@thorough
@given(data=st.binary(max_size=64) | ELEMENTS, count=st.integers(0, 10))
def test_a_tensor_is_read_whole_or_not_at_all(data: bytes, count: int):
    with contextlib.suppress(Refusal):
        texts = decode_strings(data, count, "text")
        assert len(texts) == count
        assert encode_strings(texts) == data
