"""A gateway in front of local environments that does what Lambda's does: one request each, or 429.

Any HTTP request becomes an event of a Function URL, so that whatever can load the service can load
the fleet: Locust, curl, a browser.
"""

import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import httpx
import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.capacity_local import LocalEnvironment

_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
_PATIENCE = 60.0  # seconds for one invocation, and for the gateway to begin and end


class Gateway:
    """Hands requests to environments; the one that became free last is used first.

    So one is started only when all that have been are at work.

    Attributes:
        seconds: how long each invocation held its environment, in the order of their ends.
    """

    def __init__(self, environments: Sequence[LocalEnvironment]) -> None:
        self.seconds: list[float] = []
        self._free = list(environments)
        self._client: httpx.AsyncClient | None = None

    def application(self) -> Starlette:
        """Return it as an application that serves every path."""
        return Starlette(
            routes=[Route("/{path:path}", self.answer, methods=_METHODS)], lifespan=self._lifespan
        )

    async def answer(self, request: Request) -> Response:
        """Answer as the function does, or with 429 where no environment is free."""
        body = await request.body()
        # Whoever has taken an environment out of the list is the only one to use it: the lock.
        if self._client is None or not self._free:
            return Response("Rate exceeded", 429)
        environment = self._free.pop()
        begin = time.perf_counter()
        try:
            answer = await self._client.post(environment.url, content=url_event(request, body))
        finally:
            self.seconds.append(time.perf_counter() - begin)
            self._free.append(environment)
        return as_response(answer.content)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        async with httpx.AsyncClient(timeout=_PATIENCE) as self._client:
            yield


def url_event(request: Request, body: bytes) -> bytes:
    """Return a request as a Function URL's event.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
    """
    http = {
        "method": request.method,
        "path": request.url.path,
        "protocol": "HTTP/1.1",
        "sourceIp": request.client.host if request.client else "127.0.0.1",
        "userAgent": request.headers.get("user-agent", ""),
    }
    return msgspec.json.encode(
        {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": request.url.path,
            "rawQueryString": request.url.query,
            "headers": dict(request.headers),
            "requestContext": {"http": http, "routeKey": "$default", "stage": "$default"},
            "body": body.decode(errors="replace"),
            "isBase64Encoded": False,
        }
    )


def as_response(answer: bytes) -> Response:
    """Return what the function answered as HTTP; 502 for what is no answer, as Lambda does."""
    try:
        found = msgspec.json.decode(answer)
        return Response(found["body"], found["statusCode"], found.get("headers"))
    except (msgspec.DecodeError, KeyError, TypeError):
        return Response("Internal Server Error", 502)


@contextmanager
def gateway(environments: Sequence[LocalEnvironment]) -> Iterator[tuple[Gateway, str]]:
    """Serve a gateway from a thread of this process; yield it and its URL."""
    found = Gateway(environments)
    server = uvicorn.Server(uvicorn.Config(found.application(), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + _PATIENCE
    while not server.started and time.monotonic() < end:
        time.sleep(0.01)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield found, f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(_PATIENCE)
