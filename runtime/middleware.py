"""The two layers around the routes: one logs each request, one turns errors into problems."""

import time
import traceback

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.body import Disconnected
from runtime.logs import LogLines
from runtime.problems import Refusal
from runtime.record import open_record, record_of
from runtime.responses import respond_refusal


class RequestLog:
    """Gives each request an id, echoes it, and writes one log line when the request is over."""

    def __init__(self, app: ASGIApp, lines: LogLines) -> None:
        self._app = app
        self._lines = lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; what is not HTTP passes unlogged."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        record = open_record(scope)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", record.request_id)]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            route = scope.get("route")
            template = None if route is None else route.path
            milliseconds = (time.perf_counter() - started) * 1000
            self._lines.request(record, scope["method"], template, milliseconds)


class Problems:
    """Answers with problem details (RFC 9457) whatever an endpoint raises."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; only an error after the response has started leaves this layer."""
        try:
            await self._app(scope, receive, send)
        except Refusal as refusal:
            await respond_refusal(scope, send, refusal)
        except Disconnected:
            return
        except Exception:
            record = record_of(scope)
            record.error = traceback.format_exc()
            if record.answered:
                raise
            failure = Refusal(500, "The service failed; its log tells why under this request's id.")
            await respond_refusal(scope, send, failure)
