"""Sends a whole response in ASGI's two messages, without the objects that a framework builds."""

from collections.abc import Iterable

from starlette.types import Scope, Send

from runtime.problems import PROBLEM_JSON, Refusal

Header = tuple[bytes, bytes]


async def respond(
    scope: Scope,
    send: Send,
    body: bytes,
    content_type: bytes,
    status: int = 200,
    headers: Iterable[Header] = (),
) -> None:
    """Send one response; to a HEAD request, the headers that a GET would have had."""
    length = str(len(body)).encode("ascii")
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", content_type),
                (b"content-length", length),
                (b"x-content-type-options", b"nosniff"),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def respond_empty(send: Send, status: int, headers: Iterable[Header]) -> None:
    """Send a response that has no body: 204 or 304."""
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": b""})


async def respond_refusal(scope: Scope, send: Send, refusal: Refusal) -> None:
    """Send a refusal as problem details."""
    headers = ((b"cache-control", b"no-store"), *refusal.headers)
    status = refusal.problem.status
    await respond(scope, send, refusal.body(), PROBLEM_JSON, status, headers)
