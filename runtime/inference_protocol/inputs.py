"""Finds the texts in a request."""

from runtime.inference_protocol.metadata import INPUT
from runtime.inference_protocol.schema import InferRequest, RequestInput
from runtime.inference_protocol.tensors import decode_strings
from runtime.problems import Refusal


def texts_of(request: InferRequest, binary: bytes) -> list[str]:
    """Return the N texts of a request; whether they can be classified is not checked.

    Args:
        request: the JSON.
        binary: what came after it.

    Raises:
        Refusal: 422, there is not the one input that the model has, or not what its shape says.
    """
    if [each.name for each in request.inputs[:2]] != [INPUT]:
        raise Refusal(422, f"Send one input, with the name {INPUT}.")
    (tensor,) = request.inputs
    if tensor.datatype != "BYTES":
        raise Refusal(422, f"The input {INPUT} is a tensor of strings: send the datatype BYTES.")
    count = _count(tensor.shape)
    size = None if tensor.parameters is None else tensor.parameters.binary_data_size
    if (size is None) == (tensor.data is None):
        detail = f"Send the input {INPUT} either as data, or as bytes with binary_data_size."
        raise Refusal(422, detail)
    if (size or 0) != len(binary):
        raise Refusal(
            422,
            f"There are {len(binary)} bytes after the JSON: give that number as binary_data_size,"
            " and the length of the JSON as the header Inference-Header-Content-Length.",
        )
    return _listed(tensor, count) if size is None else decode_strings(binary, count, INPUT)


def _count(shape: list[int]) -> int:
    """Return N of the shapes [N] and [N, 1]."""
    if len(shape) not in (1, 2) or shape[1:] not in ([], [1]) or shape[0] < 0:
        raise Refusal(422, f"The input {INPUT} is a list of texts: send the shape [N] or [N, 1].")
    return shape[0]


def _listed(tensor: RequestInput, count: int) -> list[str]:
    """Return the elements of `data`, which may be nested as the shape [N, 1] is."""
    texts: list[str] = []
    for element in tensor.data or ():
        texts += [element] if isinstance(element, str) else element
    if len(texts) != count:
        raise Refusal(
            422,
            f"The data of the input {INPUT} has {len(texts)} elements: send as many as its shape"
            " says.",
        )
    return texts
