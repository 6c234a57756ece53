"""Sends a whole response in ASGI's two messages, without the objects that a framework builds."""

from collections.abc import Iterable

from starlette.types import Scope, Send

from runtime.problems import PROBLEM_JSON, Refusal

Header = tuple[bytes, bytes]

NOT_STORED: Header = (b"cache-control", b"no-store")

# The Open Inference Protocol has its paths under this, and a shape of its own for errors.
INFERENCE_PROTOCOL = "/v2"


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
    """Send a refusal as problem details, or as errors are in the protocol that the path is of."""
    headers = (NOT_STORED, *refusal.headers)
    if is_under(scope["path"], INFERENCE_PROTOCOL):
        # Imported here, as most processes are never asked in this protocol.
        from runtime.inference_protocol.errors import error_of

        status, body = error_of(refusal)
        await respond(scope, send, body, b"application/json", status, headers)
    else:
        status, body = refusal.problem.status, refusal.body()
        await respond(scope, send, body, PROBLEM_JSON, status, headers)


def is_under(path: str, prefix: str) -> bool:
    """Whether a path is a prefix itself, or goes on from it after a slash."""
    return path == prefix or path.startswith(f"{prefix}/")
