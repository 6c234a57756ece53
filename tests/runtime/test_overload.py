"""More requests than are taken on: 503 at once, and nobody waits for nothing."""

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from uvicorn import Server

from runtime.model import Model
from runtime.worker import Worker
from tests.runtime.overloads import HEAD, QUESTION, WHOLE, answer_of, assert_shed
from tests.runtime.processes import RunningService, read_to_end, running, wait_for
from tests.runtime.servers import connected, serving

LIMIT = 4


@pytest.fixture(scope="module")
def small(model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service that has four requests in flight at most."""
    folder = tmp_path_factory.mktemp("small")
    with running(folder, MODEL=model_path, MAX_IN_FLIGHT=LIMIT) as service:
        yield service


@contextlib.contextmanager
def unfinished(service: RunningService, count: int) -> Iterator[list[socket.socket]]:
    """Requests under way, each with a piece of its body still to come."""
    wait_for(lambda: in_flight(service) == 0 or None)
    with contextlib.ExitStack() as stack:
        connections = []
        for _ in range(count):
            connection = stack.enter_context(service.connect())
            connection.sendall(HEAD + b"expect: 100-continue\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
            connection.sendall(QUESTION[:5])
            connections.append(connection)
        yield connections


def in_flight(service: RunningService) -> int:
    """How many requests are under way, beside that which asks."""
    shown = httpx.get(f"{service.url}/metrics").text
    (line,) = (x for x in shown.splitlines() if x.startswith("fintone_requests_in_flight "))
    return int(float(line.split()[1])) - 1


@pytest.mark.parametrize("more", [1, 3])
def test_who_comes_on_top_is_told_so_at_once_and_the_others_are_answered(
    small: RunningService, more: int
):
    with contextlib.ExitStack() as stack, unfinished(small, LIMIT) as connections:
        for _ in range(more):
            connection = stack.enter_context(small.connect())
            connection.sendall(HEAD + b"\r\n" + QUESTION[:5])
            assert_shed(answer_of(connection))
        for connection in connections:
            connection.sendall(QUESTION[5:])
            assert answer_of(connection).json()["result"]["label"] == "bullish"
    with small.connect() as connection:
        connection.sendall(WHOLE)
        assert answer_of(connection).status_code == 200


def test_a_connection_outlives_a_shed_request_and_the_rest_of_its_body(small: RunningService):
    with small.connect() as connection, unfinished(small, LIMIT) as others:
        connection.sendall(HEAD + b"\r\n" + QUESTION[:5])
        assert_shed(answer_of(connection))
        connection.sendall(QUESTION[5:])
        others.pop().sendall(QUESTION[5:])
        wait_for(lambda: status_of(connection) == 200 or None)


def status_of(connection: socket.socket) -> int:
    connection.sendall(WHOLE)
    return answer_of(connection).status_code


def test_health_and_metrics_are_never_shed(small: RunningService):
    with unfinished(small, LIMIT), httpx.Client(base_url=small.url) as client:
        assert client.post("/v1/classify", json={"text": "rose"}).status_code == 503
        assert client.get("/").status_code == 503
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").status_code == 200
        shown = client.get("/metrics").text.splitlines()
    assert f"fintone_requests_in_flight {LIMIT + 1}.0" in shown
    (shed,) = (line for line in shown if line.startswith("fintone_requests_shed_total "))
    assert float(shed.split()[1]) >= 2


def test_how_many_were_shed_is_one_line_a_second(small: RunningService):
    before = len(small.log())
    with unfinished(small, LIMIT), httpx.Client(base_url=small.url) as client:
        for _ in range(20):
            assert client.post("/v1/classify", json={"text": "rose"}).status_code == 503
    lines = wait_for(
        lambda: [line for line in small.log()[before:] if line["level"] == "warning"] or None
    )
    assert len(lines) <= 2
    assert re.fullmatch(
        r"Too many requests came at once: \d+ were answered with 503\.", lines[0]["message"]
    )
    assert not any(line.get("status") == 503 for line in small.log())


def test_clients_of_the_inference_protocol_are_told_in_its_own_shape(small: RunningService):
    with unfinished(small, LIMIT):
        answer = httpx.post(f"{small.url}/v2/models/fintone/infer", json={})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json().keys() == {"error"}


def test_a_head_request_that_is_shed_gets_no_body(small: RunningService):
    with unfinished(small, LIMIT), small.connect() as connection:
        connection.sendall(b"HEAD / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        answer = read_to_end(connection)
    assert answer.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert answer.endswith(b"\r\nconnection: close\r\n\r\n")


@pytest.mark.parametrize(
    "request_", [HEAD + b"expect: 100-continue\r\n\r\n", WHOLE.replace(b"1.1", b"1.0")]
)
def test_a_connection_that_cannot_go_on_is_closed(small: RunningService, request_: bytes):
    with unfinished(small, LIMIT), small.connect() as connection:
        connection.sendall(request_)
        answer = read_to_end(connection)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nconnection: close\r\n" in answer


def test_a_long_row_of_requests_on_one_connection_is_shed_one_by_one(small: RunningService):
    health = b"GET /health/live HTTP/1.1\r\nhost: x\r\n"
    row = health + b"\r\n" + WHOLE * 450 + health + b"connection: close\r\n\r\n"
    with unfinished(small, LIMIT), small.connect() as connection:
        connection.sendall(row)
        answers = read_to_end(connection)
    assert answers.count(b"HTTP/1.1 503 ") == 450
    assert answers.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answers.count(b"HTTP/1.1 200 OK\r\n") == 2


def test_who_does_not_read_is_shed_once(model: Model):
    def fill(worker: Worker) -> None:
        worker.admission._limit = 0

    with (
        serving(model, fill) as (server, port),
        socket.create_connection(("127.0.0.1", port), timeout=20) as connection,
    ):
        (protocol,) = wait_for(lambda: server.server_state.connections or None)
        protocol.loop.call_soon_threadsafe(protocol.pause_writing)  # as its transport would
        wait_for(lambda: protocol.flow.write_paused or None)
        connection.sendall(WHOLE)
        answer = read_to_end(connection)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nconnection: close\r\n" in answer


# An overload in this process


def test_a_request_in_parts_is_shed_as_one_that_came_whole(overloaded: tuple[Server, int]):
    _, port = overloaded
    with connected(port, 40) as connections:
        for connection in connections:
            connection.sendall(WHOLE[:30])
        time.sleep(0.1)
        for connection in connections:
            connection.sendall(WHOLE[30:])
        answers = [answer_of(connection) for connection in connections]
        assert {answer.status_code for answer in answers} <= {200, 503}
        for answer in answers:
            if answer.status_code == 503:
                assert_shed(answer)


def test_health_is_told_in_an_overload_however_it_is_asked(overloaded: tuple[Server, int]):
    _, port = overloaded
    post = b"POST /health/live HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n"
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(post)
            assert answer_of(connection).status_code == 405


def test_who_waited_for_long_to_be_accepted_is_told_in_an_overload(
    overloaded: tuple[Server, int], monkeypatch: pytest.MonkeyPatch
):
    server, port = overloaded
    worker = server.config.worker
    worker.admission._usually_fresh = 20.0  # others come, too
    monkeypatch.setattr(worker.newcomers, "waited", lambda: 0.1)
    with connected(port, 1) as (connection,):
        connection.sendall(WHOLE)
        assert_shed(answer_of(connection))
        connection.sendall(WHOLE)
        assert answer_of(connection).status_code == 200


def test_a_connection_whose_first_request_is_shed_ends_when_it_is_idle(
    overloaded: tuple[Server, int],
):
    server, port = overloaded
    server.config.timeout_keep_alive = 1.0  # type: ignore[assignment]  # uvicorn says whole seconds
    server.config.worker.admission._limit = 0
    with connected(port, 1) as (connection,):
        start = time.monotonic()
        for _ in range(3):
            connection.sendall(WHOLE)
            assert_shed(answer_of(connection))
            time.sleep(0.6)
        assert read_to_end(connection) == b""
        assert 1.6 <= time.monotonic() - start < 10
