"""What the layers around the routes do when something fails, shown without a socket."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.app import create
from runtime.logs import LogLines
from runtime.middleware import Problems, RequestLog
from runtime.model import Model
from runtime.responses import respond
from runtime.settings import Settings

Endpoint = Callable[[Scope, Receive, Send], Awaitable[None]]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def layered(endpoint: Endpoint, log: Path) -> ASGIApp:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    return RequestLog(Problems(endpoint), LogLines(descriptor))


def ask(app: ASGIApp, path: str = "/") -> httpx.Response:
    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path)

    return asyncio.run(get())


def last_line(log: Path) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(log.read_text().splitlines()[-1])
    return line


def test_a_fault_of_ours_is_logged_whole_and_told_in_general(log: Path):
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("the secret of the house")

    answer = ask(layered(broken, log))
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    line = last_line(log)
    assert (line["level"], line["status"]) == ("error", 500)
    assert "RuntimeError: the secret of the house" in line["error"]
    assert line["request_id"] == answer.headers["x-request-id"]


def test_a_fault_after_the_answer_began_is_left_to_the_server(log: Path):
    async def breaks_late(scope: Scope, receive: Receive, send: Send) -> None:
        await respond(scope, send, b"x", b"text/plain")
        raise RuntimeError("late")

    with pytest.raises(RuntimeError, match="late"):
        ask(layered(breaks_late, log))
    assert last_line(log)["status"] == 200
    assert "late" in last_line(log)["error"]


@pytest.mark.parametrize(
    "messages",
    [
        [{"type": "http.disconnect"}],
        [
            {"type": "http.request", "body": b"{", "more_body": True},
            {"type": "http.disconnect"},
        ],
    ],
)
def test_a_client_that_went_away_is_logged_as_such(
    model: Model, log: Path, messages: list[Message]
):
    lines = LogLines(os.open(log, os.O_WRONLY | os.O_CREAT))
    app = create(Settings(), model, lines)
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/classify",
        "headers": [(b"content-type", b"application/json")],
    }
    waiting = iter(messages)

    async def receive() -> Message:
        return next(waiting)

    async def send(message: Message) -> None:
        raise AssertionError(message)

    asyncio.run(app(scope, receive, send))
    assert last_line(log)["status"] == 499


def test_what_is_not_http_passes_through(log: Path):
    seen = []

    async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    asyncio.run(RequestLog(endpoint, LogLines(None))({"type": "lifespan"}, None, None))
    assert seen == ["lifespan"]


def test_ready_is_503_until_the_graph_has_answered(model_path: Path):
    model = Model.load(model_path)
    app = create(Settings(), model, LogLines(None))
    early = ask(app, "/health/ready")
    assert early.status_code == 503
    assert early.headers["content-type"] == "application/problem+json"
    assert early.headers["retry-after"] == "1"
    assert ask(app, "/health/live").status_code == 200
    model.warm_up()
    assert ask(app, "/health/ready").status_code == 200
