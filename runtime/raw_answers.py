"""Answers below ASGI: whole responses, as bytes."""

import functools

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from runtime.problems import PROBLEM_JSON, TOO_MANY, Refusal
from runtime.responses import INFERENCE_PROTOCOL, NOT_STORED, Header, is_under

_CLOSE = (b"connection", b"close")
_SHED = Refusal(503, TOO_MANY, ((b"retry-after", b"1"), NOT_STORED))


def refused(refusal: Refusal) -> bytes:
    """Return a refusal as problem details, after which the connection is closed."""
    headers = (*refusal.headers, _CLOSE)
    return _response(refusal.problem.status, PROBLEM_JSON, refusal.body(), headers)


def answered(body: bytes, headers: tuple[Header, ...], *, keep_alive: bool) -> bytes:
    """Return an answer of JSON, with the headers that an endpoint would have sent, and others."""
    headers = (NOT_STORED, *headers) if keep_alive else (NOT_STORED, *headers, _CLOSE)
    return _response(200, b"application/json", body, headers)


def shed(path: str, *, keep_alive: bool = True, is_head: bool = False) -> bytes:
    """Return the refusal of a request that is one too many.

    Args:
        path: the request's path, which tells in which shape errors are.
        keep_alive: whether the connection stays open.
        is_head: whether it was a HEAD request, whose answer has no body.
    """
    return _shed(is_under(path, INFERENCE_PROTOCOL), keep_alive, is_head)


@functools.cache
def _shed(in_protocol: bool, keep_alive: bool, is_head: bool) -> bytes:
    content_type, body = PROBLEM_JSON, _SHED.body()
    if in_protocol:
        # Imported here, as most processes are never asked in this protocol.
        from runtime.inference_protocol.errors import error_of

        content_type, (_, body) = b"application/json", error_of(_SHED)
    headers = _SHED.headers if keep_alive else (*_SHED.headers, _CLOSE)
    response = _response(_SHED.problem.status, content_type, body, headers)
    return response.removesuffix(body) if is_head else response


def _response(status: int, content_type: bytes, body: bytes, headers: tuple[Header, ...]) -> bytes:
    length = str(len(body)).encode("ascii")
    lines = [
        *((b"content-type", content_type), (b"content-length", length)),
        (b"x-content-type-options", b"nosniff"),
        *headers,
    ]
    head = b"".join(b"%s: %s\r\n" % line for line in lines)
    return STATUS_LINE[status] + head + b"\r\n" + body
