"""What comes over a socket that no HTTP client would send, and what it is answered."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runtime.processes import RunningService, exchange, read_to_end, running

QUESTION = b'{"text":"rose"}'
HEAD = (
    b"POST /v1/classify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    b"content-length: %d\r\n" % len(QUESTION)
)


@pytest.fixture(scope="module")
def impatient(
    model_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    """A service that gives a request one second, 2 KiB of headers and 1 KiB of body."""
    folder = tmp_path_factory.mktemp("impatient")
    limits = {"RECEIVE_SECONDS": 1, "MAX_HEAD_BYTES": 2048, "MAX_BODY_BYTES": 1024}
    with running(folder, MODEL=model_path, **limits) as service:
        yield service


@settings(max_examples=60, deadline=None)
@given(garbage=st.binary(min_size=1, max_size=200))
def test_garbage_gets_a_problem_or_a_closed_connection(
    service: RunningService, client: httpx.Client, garbage: bytes
):
    with service.connect() as connection:
        connection.sendall(garbage)
        connection.shutdown(socket.SHUT_WR)
        answer = read_to_end(connection)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")
    assert client.get("/health/live").status_code == 200


def test_what_is_not_http_is_told_so_as_a_problem(service: RunningService):
    answer = exchange(service, b"\x16\x03\x01\x02\x00 hello\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"content-type: application/problem+json\r\n" in answer
    assert b'"status":400' in answer


@pytest.mark.parametrize(
    "request_line",
    [b"GET /\xff HTTP/1.1", b"CONNECT a:1 HTTP/1.1", b"GET / HTTP/9.9"],
)
def test_a_target_that_is_no_path_is_refused(
    service: RunningService, client: httpx.Client, request_line: bytes
):
    answer = exchange(service, request_line + b"\r\nhost: x\r\nconnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert client.get("/health/live").status_code == 200


def test_headers_without_end_are_refused(impatient: RunningService):
    with impatient.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nx-long: ")
        time.sleep(0.05)  # so that the pieces arrive one by one
        connection.sendall(b"x" * 3000)
        answer = read_to_end(connection)
    assert answer.startswith(b"HTTP/1.1 431 ")
    assert b"2048 bytes" in answer


@pytest.mark.parametrize("sent", [b"POST /v1/class", HEAD, HEAD + b"\r\n" + QUESTION[:5]])
def test_a_request_that_does_not_arrive_is_given_up(impatient: RunningService, sent: bytes):
    assert exchange(impatient, sent).startswith(b"HTTP/1.1 408 Request Timeout\r\n")


def test_trailers_without_end_are_refused(impatient: RunningService):
    with impatient.connect() as connection:
        connection.sendall(
            b"POST /v1/classify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            b"transfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
        )
        time.sleep(0.05)
        connection.sendall(b"x-trailer: " + b"x" * 20_000)
        assert read_to_end(connection).startswith(b"HTTP/1.1 431 ")


def test_a_second_request_that_does_not_arrive_is_given_up(impatient: RunningService):
    first = b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n"
    with impatient.connect() as connection:
        connection.sendall(first)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 OK")
        connection.sendall(first[:20])
        assert read_to_end(connection).startswith(b"HTTP/1.1 408 Request Timeout\r\n")


def test_garbage_longer_than_headers_may_be_is_answered_once(impatient: RunningService):
    assert exchange(impatient, b"\0" * 3000).count(b"HTTP/1.1 ") == 1


def test_a_request_in_slow_pieces_is_answered(impatient: RunningService):
    with impatient.connect() as connection:
        for piece in (
            HEAD[:20],
            HEAD[20:],
            b"connection: close\r\n\r\n",
            QUESTION[:3],
            QUESTION[3:],
        ):
            connection.sendall(piece)
            time.sleep(0.05)
        assert b'"label":"bullish"' in read_to_end(connection)


def test_an_unread_body_without_end_is_cut_off(impatient: RunningService):
    head = b"POST /nope HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n"
    answer = exchange(impatient, head)
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert answer.count(b"HTTP/1.1") == 1


def test_a_client_that_leaves_in_mid_request_harms_nobody(
    service: RunningService, client: httpx.Client
):
    with service.connect() as connection:
        connection.sendall(HEAD + b"x-request-id: left\r\n\r\n" + QUESTION[:5])
        time.sleep(0.05)
    assert service.line_of("left")["status"] == 499
    assert client.get("/health/live").status_code == 200


def test_pipelined_requests_are_answered_in_order(service: RunningService):
    ids = [b"pipe-%d" % number for number in range(5)]
    requests = b"".join(HEAD + b"x-request-id: " + i + b"\r\n\r\n" + QUESTION for i in ids)
    last = b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    answer = exchange(service, requests + last)
    places = [answer.index(b"x-request-id: " + i) for i in ids]
    assert places == sorted(places)
    assert answer.count(b"HTTP/1.1 200 OK") == 6


def test_a_client_that_asks_first_is_told_to_go_on(service: RunningService):
    head = HEAD + b"expect: 100-continue\r\nconnection: close\r\n\r\n"
    with service.connect() as connection:
        connection.sendall(head)
        assert connection.recv(100).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(QUESTION)
        assert b'"label":"bullish"' in read_to_end(connection)


def test_a_websocket_is_not_spoken(service: RunningService):
    answer = exchange(
        service,
        b"GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n"
        b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 200 OK")
