"""What tests of the Open Inference Protocol send, by hand and with Triton's own client."""

from collections.abc import Sequence

import httpx
import numpy as np
from tritonclient.http import InferInput, InferResult

NAME = "fintone"
MODEL = "/v2/models/fintone"
INFER = f"{MODEL}/infer"
ROSE = {"name": "text", "shape": [1], "datatype": "BYTES", "data": ["rose"]}


def error_of(answer: httpx.Response, status: int) -> str:
    """The sentence of an error, which has to be in the protocol's own shape."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"]
    (error,) = answer.json().values()
    assert list(answer.json()) == ["error"]
    assert isinstance(error, str)
    assert error.endswith(".")
    return error


def text_input(texts: Sequence[str | bytes], *, binary: bool = True) -> InferInput:
    """The input of the model, as bytes unless told otherwise: the client's own default."""
    tensor = InferInput("text", [len(texts)], "BYTES")
    tensor.set_data_from_numpy(np.array(texts, dtype=object), binary_data=binary)
    return tensor


def labels_of(result: InferResult) -> list[str]:
    """The labels of an answer, which come as bytes or, in JSON, as text."""
    found = result.as_numpy("label").tolist()
    return [each.decode() if isinstance(each, bytes) else each for each in found]
