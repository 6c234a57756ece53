"""Reads the body of a request, and stops as soon as it may not be read."""

from collections.abc import Callable

from starlette.types import Receive, Scope

from runtime.problems import Refusal

_JSON = b"application/json"
_NOT_JSON = "Send the body as JSON, with the header content-type: application/json."
_LONGEST_LENGTH = 15


class Disconnected(Exception):  # noqa: N818 - what a client may do, not an error of the service
    """The client went away before its request was complete."""


async def read_json(scope: Scope, receive: Receive, limit: int) -> bytes:
    """Read a request's body, which is to be JSON: see `read_body`."""
    return await read_body(scope, receive, limit, is_json, _NOT_JSON)


async def read_body(
    scope: Scope, receive: Receive, limit: int, takes: Callable[[bytes], bool], remedy: str
) -> bytes:
    """Read a request's body.

    Args:
        scope: the request; its headers announce the type and perhaps the length.
        receive: the channel that the body comes through.
        limit: the longest body, in bytes; it also holds where no length was announced.
        takes: whether a content type may be read, which is empty where none was announced.
        remedy: the sentence for who sent another type.

    Raises:
        Refusal: 415, the type is another or the body is compressed; 413, the body is too long.
        Disconnected: the client went away before the body was complete.
    """
    check_headers(scope, limit, takes, remedy)
    message = await receive()
    body: bytes = message.get("body", b"")
    if message["type"] == "http.request" and not message.get("more_body", False):
        if len(body) > limit:
            raise _too_long(limit)
        return body
    parts, size = [body], len(body)
    while size <= limit:
        if message["type"] == "http.disconnect":
            raise Disconnected
        if not message.get("more_body", False):
            return b"".join(parts)
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
    raise _too_long(limit)


def is_json(content_type: bytes) -> bool:
    """Whether a content type is that of JSON in UTF-8."""
    if content_type == _JSON:
        return True
    media_type, _, parameters = content_type.lower().partition(b";")
    charset = parameters.replace(b'"', b"").strip()
    return media_type.strip() == _JSON and charset in (b"", b"charset=utf-8")


def check_headers(scope: Scope, limit: int, takes: Callable[[bytes], bool], remedy: str) -> None:
    """Refuse a body by what its headers say of it; the arguments and refusals are `read_body`'s."""
    content_type = content_encoding = length = b""
    for name, value in scope["headers"]:
        if name == b"content-type":
            content_type = value
        elif name == b"content-length":
            length = value
        elif name == b"content-encoding":
            content_encoding = value
    if not takes(content_type):
        raise Refusal(415, remedy)
    if content_encoding and content_encoding.lower() != b"identity":
        raise Refusal(415, "Send the body as it is, without the header content-encoding.")
    # A number of more digits than any limit has is not worth parsing: int() refuses thousands.
    if length.isdigit() and (len(length) > _LONGEST_LENGTH or int(length) > limit):
        raise _too_long(limit)


def _too_long(limit: int) -> Refusal:
    # The rest of the body is not read, so the connection cannot be used again.
    return Refusal(
        413,
        f"The body is over {limit} bytes: send fewer texts in one request.",
        ((b"connection", b"close"),),
    )
