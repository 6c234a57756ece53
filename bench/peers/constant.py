"""What a service costs that does nothing: bare ASGI, and a Starlette route, with one answer each.

Neither reads the request. The answer has the shape of this service's.
"""

import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

_ANSWER = {
    "model": "0123456789ab",
    "result": {
        "label": "positive",
        "score": 0.9127373695373535,
        "probabilities": {
            "negative": 0.022461427375674248,
            "neutral": 0.06480120122432709,
            "positive": 0.9127373695373535,
        },
    },
}
_BODY = json.dumps(_ANSWER, separators=(",", ":")).encode()
_HEAD = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(_BODY)).encode()),
    ],
}


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer any request in ASGI's two messages."""
    await send(_HEAD)
    await send({"type": "http.response.body", "body": _BODY})


async def _classify(request: Request) -> JSONResponse:
    return JSONResponse(_ANSWER)


starlette = Starlette(routes=[Route("/classify", _classify, methods=["POST"])])
