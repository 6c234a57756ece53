"""The ASGI applications behind the routes."""

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec
from starlette.types import Receive, Scope, Send

from runtime.api import Reply
from runtime.body import read_json
from runtime.codec import Codec
from runtime.model import Model
from runtime.problems import Refusal
from runtime.record import record_of
from runtime.responses import NOT_STORED, Header, respond, respond_empty
from runtime.schema import Health

T = TypeVar("T")


class JsonEndpoint(Generic[T]):
    """Takes JSON, answers JSON: route, decode, run, encode, and nothing else.

    Args:
        codec: makes the typed request.
        handle: answers it, or raises Refusal.
        limit: the longest body, in bytes.
    """

    def __init__(self, codec: Codec[T], handle: Callable[[T], Reply], limit: int) -> None:
        self._codec = codec
        self._handle = handle
        self._limit = limit
        self._encode = msgspec.json.Encoder().encode

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        body = await read_json(scope, receive, self._limit)
        reply = self._handle(self._codec.decode(body))
        reply.note(record_of(scope))
        content = self._encode(reply.answer)
        await respond(scope, send, content, b"application/json", headers=(NOT_STORED,))


@dataclass(frozen=True, slots=True)
class Content:
    """A document: its bytes, its media type, and further response headers."""

    body: bytes
    media_type: bytes
    headers: tuple[Header, ...] = ()


class Document:
    """Serves a document that does not change while the process runs.

    Args:
        render: makes the document, when it is first asked for: start-up does not wait for it.
    """

    def __init__(self, render: Callable[[], Content]) -> None:
        self._render = functools.cache(render)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; 304 where the client has this document already."""
        content = self._render()
        etag = b'"' + hashlib.sha256(content.body).hexdigest()[:32].encode("ascii") + b'"'
        headers = ((b"etag", etag), (b"cache-control", b"no-cache"), *content.headers)
        if etag in dict(scope["headers"]).get(b"if-none-match", b""):
            await respond_empty(send, 304, headers)
        else:
            await respond(scope, send, content.body, content.media_type, headers=headers)


class Live:
    """Says that the process answers."""

    def __init__(self, model: Model) -> None:
        self._body = msgspec.json.encode(Health("live", model.version))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await respond(scope, send, self._body, b"application/json", headers=(NOT_STORED,))


class Ready:
    """Says whether the graph has answered once, so that texts can be sent."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._body = msgspec.json.encode(Health("ready", model.version))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; 503 until the graph is warm."""
        if not self._model.ready:
            raise Refusal(
                503, "The graph is not warm yet: ask again in a second.", ((b"retry-after", b"1"),)
            )
        await respond(scope, send, self._body, b"application/json", headers=(NOT_STORED,))


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a path that no route has."""
    raise Refusal(404, "There is no such path: POST texts to /v1/classify; /docs lists the routes.")
