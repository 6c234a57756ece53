"""Tensors as bytes: little-endian, row after row, nothing in between.

https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md
"""

from collections.abc import Iterable, Sequence

import numpy as np

from runtime.problems import Refusal

_LENGTH = 4  # bytes of an element's length, which goes before the element


def decode_strings(data: bytes, count: int, name: str) -> list[str]:
    """Read a BYTES tensor of UTF-8.

    The work follows the bytes that are there, and never a number that was announced.

    Args:
        data: the whole tensor.
        count: how many elements it is to have.
        name: what the tensor is called in errors.

    Raises:
        Refusal: 422, the lengths do not add up to the data, or an element is not UTF-8.
    """
    strings: list[str] = []
    position, end = 0, len(data)
    for index in range(count):
        start = position + _LENGTH
        if start > end:
            raise Refusal(
                422,
                f"The binary data ends before {name}[{index}]: send as many elements as shape has.",
            )
        position = start + int.from_bytes(data[position:start], "little")
        if position > end:
            raise Refusal(
                422,
                f"{name}[{index}] announces {position - start} bytes and has {end - start}: give"
                " its length as 4 bytes, little-endian.",
            )
        strings.append(_decode(data[start:position], name, index))
    if position < end:
        raise Refusal(
            422,
            f"The binary data has {end - position} bytes after its last element: send as many"
            " elements as shape has.",
        )
    return strings


def encode_strings(strings: Iterable[str]) -> bytes:
    """Write a BYTES tensor of UTF-8."""
    parts: list[bytes] = []
    for string in strings:
        element = string.encode()
        parts += (len(element).to_bytes(_LENGTH, "little"), element)
    return b"".join(parts)


def encode_floats(values: Sequence[float]) -> bytes:
    """Write an FP32 tensor."""
    return np.array(values, "<f4").tobytes()


def _decode(element: bytes, name: str, index: int) -> str:
    try:
        return element.decode()
    except UnicodeDecodeError as error:
        detail = f"{name}[{index}] is not UTF-8 (byte {error.start}): encode it as UTF-8."
        raise Refusal(422, detail) from None
