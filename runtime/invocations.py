"""One Lambda invocation: tells HTTP events from direct ones, and hands each to what answers it."""

import asyncio
from collections.abc import Mapping

from runtime.app import create
from runtime.direct import Context, DirectEvents
from runtime.lambda_http import HttpEvents, is_http
from runtime.lambda_logs import InvocationLines
from runtime.logs import standard_output
from runtime.model import Model
from runtime.settings import Settings


class Invocations:
    """Answers events with one model.

    Args:
        settings: limits of requests.
        model: the graph that answers.
        lines: where each invocation is logged.
    """

    def __init__(self, settings: Settings, model: Model, lines: InvocationLines) -> None:
        self._lines = lines
        self._http = HttpEvents(create(settings, model, lines), lines)
        self._direct = DirectEvents(model, settings, lines)

    def __call__(self, event: object, context: Context) -> object:
        """Answer one event.

        Raises:
            BadRequest: a direct event cannot be answered as it is.
            ServiceFailure: a direct event could not be answered through a fault of ours.
        """
        self._lines.aws_request_id = context.aws_request_id
        if is_http(event):
            return self._http(event, context)
        return self._direct(event, context)


def start(environment: Mapping[str, str]) -> Invocations:
    """Load the graph, and answer once in each way, so that the first user waits for nothing.

    Raises:
        SettingsError: an environment variable has a value that cannot be used.
        ModelError: the model cannot be served.
    """
    settings = Settings.from_environment(environment)
    model = Model.load(settings.model).warm_up()
    # Mangum asks for the thread's event loop, which makes none from Python 3.14 on.
    asyncio.set_event_loop(asyncio.new_event_loop())
    function = environment.get("AWS_LAMBDA_FUNCTION_NAME", "fintone") if settings.metrics else None
    _rehearse(Invocations(settings, model, InvocationLines(None, function)), settings.api_key)
    lines = InvocationLines(standard_output(), function, log_text=settings.log_text)
    return Invocations(settings, model, lines)


class _Rehearsal:
    aws_request_id = "rehearsal"


def _rehearse(invocations: Invocations, api_key: str | None) -> None:
    """Send what users send: a function's first call is slower, as it specialises its bytecode."""
    context = _Rehearsal()
    key_header = {} if api_key is None else {"x-api-key": api_key}
    for field in ("payload", "text"):
        invocations({field: "Profit rose"}, context)
    event = {
        "version": "2.0",
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "host": "localhost"} | key_header,
        "requestContext": {
            "http": {"method": "POST", "path": "/v1/classify", "sourceIp": "127.0.0.1"}
        },
        "body": '{"text": "Profit rose"}',
        "isBase64Encoded": False,
    }
    invocations(event, context)
