"""Asks at a given rate, whether or not answers keep up: an open loop, which wrk has not.

Each time counts from when a request was due, not from when it could be sent, or a server that
stalls would hide its own delays ("coordinated omission", https://github.com/giltene/wrk2#readme).
Requests come at random, independently of each other (a Poisson process), as those of many users do.
The loop never sleeps: it has a core of its own, and a timer would add its own delay to each time.
"""

import gc
import json
import random
import select
import socket
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from time import perf_counter

from bench.pinning import pinned
from bench.server_process import Server, ServerError
from bench.server_traffic import Exchange, labels_in

CONNECTIONS = 64
_RECEIVE = 1 << 16
_PATIENCE = 10.0  # seconds that the last answers may take
_UNMEASURED = 200


@dataclass(slots=True)
class _Connection:
    """A connection, and the request that it waits for."""

    socket: socket.socket
    due: float = 0.0
    exchange: Exchange | None = None
    received: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: milliseconds since its request was due, its bytes, and the request."""

    milliseconds: float
    response: bytes
    exchange: Exchange


def one_by_one(
    server: Server, path: str, exchanges: Sequence[Exchange], count: int, core: int
) -> list[Answer]:
    """Ask `count` times, each time when the answer before is there, so that nothing ever waits.

    Raises:
        ServerError: the server does not answer.
    """
    turns = cycle([(each, _head(path, each.body)) for each in exchanges])
    with _loop(core), _connections(server, 1) as (connection,):
        answers = []
        for _ in range(_UNMEASURED + count):
            exchange, request = next(turns)
            _send(connection, exchange, request, perf_counter())
            while (answer := _receive(server, connection)) is None:
                pass
            answers.append(answer)
    return answers[_UNMEASURED:]


def paced(
    server: Server,
    path: str,
    exchanges: Sequence[Exchange],
    rate: float,
    seconds: float,
    core: int,
) -> list[Answer]:
    """Ask at random times, `rate` requests a second, and wait for all answers.

    Raises:
        ServerError: the server does not answer.
    """
    turns = cycle([(each, _head(path, each.body)) for each in exchanges])
    with _loop(core), _connections(server, CONNECTIONS) as opened, select.epoll() as poll:
        by_descriptor = {each.socket.fileno(): each for each in opened}
        free = deque(opened)  # in turn: a server may close a connection that is idle for long
        for descriptor in by_descriptor:
            poll.register(descriptor, select.EPOLLIN)
        answers: list[Answer] = []
        start = perf_counter()
        due = _arrivals(start, rate, seconds)
        upcoming = next(due, None)
        while upcoming is not None or len(free) < len(by_descriptor):
            now = perf_counter()
            if now > start + seconds + _PATIENCE:
                raise ServerError(f"{server.contender.title} left requests unanswered.")
            while upcoming is not None and upcoming <= now and free:
                exchange, request = next(turns)
                _send(free.popleft(), exchange, request, upcoming)
                upcoming = next(due, None)
            for descriptor, _ in poll.poll(0):
                connection = by_descriptor[descriptor]
                if (answer := _receive(server, connection)) is not None:
                    answers.append(answer)
                    free.append(connection)
    return answers


def errors(answers: Sequence[Answer], names: Sequence[str]) -> int:
    """Count the answers that do not have the graph's labels."""
    return sum(not _is_right(answer, names) for answer in answers)


def percentile(milliseconds: Sequence[float], share: float) -> float:
    """Return the smallest time that at least this share of all is not above."""
    ordered = sorted(milliseconds)
    return ordered[round(share * (len(ordered) - 1))]


def _is_right(answer: Answer, names: Sequence[str]) -> bool:
    head, _, body = answer.response.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        return False
    with suppress(ValueError):
        labels = labels_in(json.loads(body), names)
        return not answer.exchange.labels or labels == answer.exchange.labels
    return False


def _arrivals(start: float, rate: float, seconds: float) -> Iterator[float]:
    chosen = random.Random(0)  # noqa: S311  # times, not secrets
    due = start + chosen.expovariate(rate)
    while due < start + seconds:
        yield due
        due += chosen.expovariate(rate)


@contextmanager
def _loop(core: int) -> Iterator[None]:
    """Keep this thread on a core, and the garbage collector out of the way."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        with pinned(core):
            yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def _connections(server: Server, count: int) -> Iterator[list[_Connection]]:
    connections: list[_Connection] = []
    try:
        for _ in range(count):
            opened = socket.create_connection(("127.0.0.1", server.port))
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connections.append(_Connection(opened))
        yield connections.copy()
    except OSError as error:
        raise ServerError(f"{server.contender.title} broke a connection ({error}).") from None
    finally:
        for connection in connections:
            connection.socket.close()


def _send(connection: _Connection, exchange: Exchange, request: bytes, due: float) -> None:
    connection.due, connection.exchange, connection.received = due, exchange, b""
    connection.socket.sendall(request)


def _receive(server: Server, connection: _Connection) -> Answer | None:
    """Read what has come; return the answer once it is complete."""
    received = connection.socket.recv(_RECEIVE)
    now = perf_counter()
    if not received:
        raise ServerError(f"{server.contender.title} closed a connection.")
    connection.received += received
    head, end, body = connection.received.partition(b"\r\n\r\n")
    if not end or len(body) < _length(head) or connection.exchange is None:
        return None
    return Answer(1e3 * (now - connection.due), connection.received, connection.exchange)


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0])


def _head(path: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
