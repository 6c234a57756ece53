"""HTTP events of Lambda: Mangum takes them to the same application that serves HTTP."""

import logging
import time
import traceback
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from mangum import Mangum
from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.direct import Context
from runtime.logs import LogHandler, LogLines
from runtime.problems import PROBLEM_JSON, Refusal
from runtime.record import Record

if TYPE_CHECKING:
    from mangum.types import LambdaContext

# Whatever else an answer has as its content-type, Mangum sends as Base64.
_TEXT = ["text/", "application/json", PROBLEM_JSON.decode("ascii"), "image/svg+xml"]

HttpEvent = dict[str, Any]


def is_http(event: object) -> TypeGuard[HttpEvent]:
    """Whether an event is one that a function URL, API Gateway or a load balancer sends."""
    if not isinstance(event, dict):
        return False
    request_context = event.get("requestContext")
    return isinstance(request_context, dict) and (
        "version" in event or "resource" in event or "elb" in request_context
    )


class HttpEvents:
    """Answers HTTP events with the application.

    Args:
        app: the application; its own log line tells the request.
        lines: where it is logged that an event could not be taken to the application.
    """

    def __init__(self, app: ASGIApp, lines: LogLines) -> None:
        self._mangum = Mangum(WithoutGzip(WithoutStage(app)), lifespan="off", text_mime_types=_TEXT)
        self._lines = lines
        logger = logging.getLogger("mangum")
        logger.handlers = [LogHandler(lines)]
        logger.propagate = False
        logger.setLevel(logging.WARNING)  # below that it repeats our line, with the path

    def __call__(self, event: HttpEvent, context: Context) -> dict[str, Any]:
        """Answer one event; one that Mangum cannot read is answered with status 400."""
        started = time.perf_counter()
        try:
            return self._mangum(event, cast("LambdaContext", context))
        except Exception:  # noqa: BLE001 - an odd event can raise anything in Mangum
            record = Record(context.aws_request_id.encode("ascii"), 400)
            record.error = traceback.format_exc()
            self._lines.request(record, "HTTP", None, (time.perf_counter() - started) * 1000)
            return _unreadable(event)


class WithoutStage:
    """Takes the stage off the path, which API Gateway's HTTP API puts before it.

    It does so for the domain that it gives to an API itself, unless the stage is `$default`:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        prefix = _stage_prefix(scope["aws.event"])
        if prefix and scope["path"].startswith(f"{prefix}/"):
            scope["path"] = scope["path"].removeprefix(prefix)
        await self._app(scope, receive, send)


class WithoutGzip:
    """Keeps from the application that a client of API Gateway's REST API takes compressed answers.

    That API hands on Base64 as it is, unless it was told which media types are binary:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/lambda-proxy-binary-media.html
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if "resource" in scope["aws.event"]:
            headers = scope["headers"]
            scope["headers"] = [header for header in headers if header[0] != b"accept-encoding"]
        await self._app(scope, receive, send)


def _stage_prefix(event: HttpEvent) -> str:
    request_context: dict[str, object] = event["requestContext"]
    stage = request_context.get("stage")
    if event.get("version") != "2.0" or stage in (None, "$default"):
        return ""
    own_domain = ".execute-api." in str(request_context.get("domainName"))
    return f"/{stage}" if own_domain else ""


def _unreadable(event: HttpEvent) -> dict[str, Any]:
    refusal = Refusal(
        400,
        "The request's host, headers, path or body cannot be read: send it as plain HTTP/1.1.",
    )
    content_type = PROBLEM_JSON.decode("ascii")
    answer: dict[str, Any] = {
        "statusCode": 400,
        "headers": {"content-type": content_type},
        "body": refusal.body().decode(),
        "isBase64Encoded": False,
    }
    if "multiValueHeaders" in event:  # a load balancer that sends these wants these
        answer["multiValueHeaders"] = {"content-type": [content_type]}
    return answer
