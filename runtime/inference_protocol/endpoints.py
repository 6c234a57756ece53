"""The ASGI applications behind the protocol's routes."""

import msgspec
from starlette.types import Receive, Scope, Send

from runtime.api import Service
from runtime.inference_protocol.body import BINARY, JSON_LENGTH, read_parts
from runtime.inference_protocol.inference import codec, infer
from runtime.inference_protocol.metadata import NAME
from runtime.model import Model
from runtime.problems import Refusal
from runtime.record import record_of
from runtime.responses import NOT_STORED, respond

_JSON = b"application/json"


class Statement:
    """Says always the same."""

    def __init__(self, answer: msgspec.Struct) -> None:
        self._body = msgspec.json.encode(answer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await respond(scope, send, self._body, _JSON, headers=(NOT_STORED,))


class OnceReady(Statement):
    """Says something that is true once the graph has answered."""

    def __init__(self, model: Model, answer: msgspec.Struct) -> None:
        super().__init__(answer)
        self._model = model

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; 503 until the graph is warm."""
        if not self._model.ready:
            detail = "The graph is not warm yet: ask again in a second."
            raise Refusal(503, detail, ((b"retry-after", b"1"),))
        await super().__call__(scope, receive, send)


class Infer:
    """Classifies texts, sent and answered in JSON or as bytes after it.

    Args:
        service: the model and the limits of texts.
        limit: the longest body, in bytes.
    """

    def __init__(self, service: Service, limit: int) -> None:
        self._service = service
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        head, binary = await read_parts(scope, receive, self._limit)
        inference = infer(self._service, codec.decode(head), binary)
        inference.reply.note(record_of(scope))
        content = msgspec.json.encode(inference.reply.answer)
        if not inference.binary:
            await respond(scope, send, content, _JSON, headers=(NOT_STORED,))
            return
        length = (JSON_LENGTH, str(len(content)).encode("ascii"))
        body = content + inference.binary
        await respond(scope, send, body, BINARY, headers=(NOT_STORED, length))


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a path that is not the protocol's, or that of another model or version."""
    raise Refusal(
        404, f"There is no such path, model or version: GET /v2/models/{NAME} lists what there is."
    )
