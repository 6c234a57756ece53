"""More requests than are taken on: 503 at once, and nobody waits for nothing."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from uvicorn import Server

from runtime.model import Model
from runtime.worker import Worker
from tests.runtime.processes import RunningService, read_to_end, running, wait_for
from tests.runtime.servers import ask_in_one_turn, connected, serving

QUESTION = b'{"text":"rose"}'
HEAD = (
    b"POST /v1/classify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    b"content-length: %d\r\n" % len(QUESTION)
)
WHOLE = HEAD + b"\r\n" + QUESTION
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


def answer_of(connection: socket.socket) -> httpx.Response:
    """Read one response; what comes after it stays where it is."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += connection.recv(1)
    status, *lines = head.decode("ascii").splitlines()
    headers = dict(line.split(": ", 1) for line in lines if line)
    body = b""
    while len(body) < int(headers["content-length"]):
        body += connection.recv(int(headers["content-length"]) - len(body))
    return httpx.Response(int(status.split()[1]), headers=headers, content=body)


def assert_shed(answer: httpx.Response) -> None:
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert (problem["title"], problem["status"]) == ("Service Unavailable", 503)
    assert problem["detail"].endswith("ask again in a second.")


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


# An overload in this process: its clock stands still, so that it neither begins nor ends by itself


@pytest.fixture
def overloaded(model: Model) -> Iterator[tuple[Server, int]]:
    """A server in a thread, whose worker is overloaded, and its port."""

    def overload(worker: Worker) -> None:
        worker.admission._clock = lambda: 0.0
        worker.admission._learn = lambda: None  # type: ignore[method-assign]  # nothing takes time
        worker.admission._ended = worker.admission._opened = 0.0
        worker.admission._few = 0
        worker.admission._behind = 1.0
        worker.admission.overloaded = True

    with serving(model, overload) as (server, port):
        yield server, port


def test_clients_that_ask_again_at_once_wait_but_are_told(overloaded: tuple[Server, int]):
    server, port = overloaded
    with connected(port, 40) as connections:
        ask_in_one_turn(server, [(each, WHOLE) for each in connections])
        statuses = [answer_of(connection).status_code for connection in connections]
        assert set(statuses) == {200, 503}
        for _ in range(3):
            ask_in_one_turn(server, [(each, WHOLE) for each in connections])
            statuses = [answer_of(connection).status_code for connection in connections]
            # Those that were muted are told again; of the others, some are answered in each turn.
            assert set(statuses) <= {200, 503}
            assert statuses.count(200) <= 20


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


def test_a_request_that_waits_unread_is_not_cut_off_as_if_nothing_had_come(model: Model):
    with serving(model) as (server, port):
        server.config.timeout_keep_alive = 1.0  # type: ignore[assignment]  # uvicorn says whole seconds
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(WHOLE)
            assert answer_of(connection).status_code == 200
            protocol = next(iter(server.server_state.connections))
            protocol.loop.call_soon_threadsafe(protocol.mute)
            wait_for(lambda: protocol.flow.read_paused or None)
            connection.sendall(WHOLE)
            time.sleep(1.5)
            protocol.loop.call_soon_threadsafe(protocol.unmute)
            assert answer_of(connection).status_code == 200
            connection.sendall(WHOLE[:-1])
            wait_for(lambda: protocol.cycle.more_body or None)
            protocol.loop.call_soon_threadsafe(protocol.unmute)
            time.sleep(1.5)  # what has come in part is not idle either
            connection.sendall(WHOLE[-1:])
            assert answer_of(connection).status_code == 200
            protocol.loop.call_soon_threadsafe(protocol.mute)
            protocol.loop.call_soon_threadsafe(protocol.unmute)
            assert read_to_end(connection) == b""  # from here on it is idle


def test_who_is_not_read_goes_on_at_once_where_the_worker_keeps_up(model: Model):
    with serving(model) as (server, port):
        muted = server.config.worker.muted
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(WHOLE)
            assert answer_of(connection).status_code == 200
            protocol = next(iter(server.server_state.connections))
            is_muted = threading.Event()

            def mute() -> None:
                muted.add(protocol)
                is_muted.set()

            protocol.loop.call_soon_threadsafe(mute)
            is_muted.wait()
            wait_for(lambda: not (muted._waiting or protocol.flow.read_paused) or None)
            connection.sendall(WHOLE)
            assert answer_of(connection).status_code == 200


def test_a_request_in_parts_is_shed_as_one_that_came_whole(overloaded: tuple[Server, int]):
    _, port = overloaded
    with connected(port, 20) as connections:
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


def test_a_connection_that_ended_while_it_waited_is_left_alone(overloaded: tuple[Server, int]):
    server, port = overloaded
    muted = server.config.worker.muted
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        wait_for(lambda: server.server_state.connections or None)
        protocol = next(iter(server.server_state.connections))

        def mute_and_close() -> None:
            muted.add(protocol)
            protocol.transport.close()

        protocol.loop.call_soon_threadsafe(mute_and_close)
        assert read_to_end(connection) == b""
    wait_for(lambda: not muted._waiting or None)
    assert httpx.get(f"http://127.0.0.1:{port}/health/live").status_code == 200
