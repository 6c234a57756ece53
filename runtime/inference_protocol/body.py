"""Takes a request's body apart: JSON, and the bytes of tensors that come after it."""

from starlette.types import Receive, Scope

from runtime.body import is_json, read_body
from runtime.problems import Refusal

BINARY = b"application/octet-stream"
JSON_LENGTH = b"inference-header-content-length"

_WRONG_TYPE = (
    "Send the body with the header content-type: application/json or application/octet-stream."
)
_LONGEST_LENGTH = 15  # more digits than any limit has are not worth parsing


async def read_parts(scope: Scope, receive: Receive, limit: int) -> tuple[bytes, bytes]:
    """Read a request's JSON and its binary data, which most clients but Triton's leave out.

    Args:
        scope: the request; the header `Inference-Header-Content-Length` says where the JSON ends.
        receive: the channel that the body comes through.
        limit: the longest body, in bytes.

    Raises:
        Refusal: 415, another type than JSON or bytes; 413, the body is too long; 422, the header
            does not fit the body.
        Disconnected: the client went away before the body was complete.
    """
    body = await read_body(scope, receive, limit, _is_taken, _WRONG_TYPE)
    length = dict(scope["headers"]).get(JSON_LENGTH)
    if length is None:
        return body, b""
    end = int(length) if length.isdigit() and len(length) <= _LONGEST_LENGTH else None
    if end is None or end > len(body):
        raise Refusal(
            422,
            "The header Inference-Header-Content-Length does not fit the body of"
            f" {len(body)} bytes: give the length of the JSON in bytes.",
        )
    return body[:end], body[end:]


def _is_taken(content_type: bytes) -> bool:
    """Whether a body is of a type that clients send: Triton's for Python names none at all."""
    media_type = content_type.partition(b";")[0].strip().lower()
    return media_type in (b"", BINARY) or is_json(content_type)
