"""Shows, as examples of errors, what the service itself says of requests that are wrong."""

from dataclasses import dataclass

import msgspec
from starlette.types import ASGIApp, Message

from runtime.openapi.parts import JsonObject
from runtime.responses import Header
from runtime.settings import Settings

_JSON = (b"content-type", b"application/json")
_TEXT = (b"content-type", b"text/plain")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A request that is wrong in one way."""

    headers: tuple[Header, ...]
    body: bytes = b""


def show_answers(api: JsonObject, app: ASGIApp, settings: Settings) -> None:
    """Replace the examples of errors by what the service answers, where a request shows it.

    Args:
        api: the description. Each error that is answered to one of the mistakes has to be in it.
        app: answers, and waits for nothing but the body.
        settings: the limit to exceed, and the API key to leave out.
    """
    key = () if settings.api_key is None else ((b"x-api-key", settings.api_key.encode("ascii")),)
    length = (b"content-length", str(settings.max_body_bytes + 1).encode("ascii"))
    # Where two have the same status, the later is shown.
    mistakes = [
        Mistake((*key, _JSON), b"{}"),
        Mistake((*key, _JSON), b"{"),
        Mistake((*key, _TEXT)),
        Mistake((*key, _JSON, length)),
    ]
    for path, operations in api["paths"].items():
        for method, operation in operations.items():
            made = mistakes if "requestBody" in operation else []
            if "401" in operation["responses"]:
                made = [*made, Mistake((_JSON,))]
            for mistake in made:
                status, answer = _ask(app, method.upper(), path, mistake)
                (content,) = operation["responses"][str(status)]["content"].values()
                content["example"] = answer


def _ask(app: ASGIApp, method: str, path: str, mistake: Mistake) -> tuple[int, object]:
    """Ask an application that waits for nothing; return the status and the JSON of its answer."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": mistake.body}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "headers": mistake.headers}
    # What waits for nothing needs no event loop, and the one of this thread is under way.
    list(app(scope, receive, send).__await__())
    start, body = sent
    return start["status"], msgspec.json.decode(body["body"])
