"""Clients that come at once, while the worker is busy, are accepted at once."""

import asyncio
import contextlib
import socket
import sys
import time

import pytest
import uvloop

from runtime.model import Model
from runtime.newcomers import Newcomers, _count_waiting
from tests.runtime.overloads import HEAD, QUESTION, Slow
from tests.runtime.processes import read_to_end
from tests.runtime.servers import serving

WHOLE = HEAD + b"connection: close\r\n\r\n" + QUESTION
CLIENTS = 60


def test_those_who_came_in_a_long_turn_are_accepted_after_it(model: Model):
    slow = Slow(model)
    with contextlib.ExitStack() as stack:
        server, port = stack.enter_context(serving(model, slow.prepare))
        newcomers = server.config.worker.newcomers
        made: list[asyncio.Protocol] = []
        connections: list[socket.socket] = []

        def connect() -> socket.socket:
            return stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))

        def come() -> None:
            make = newcomers.make_protocol
            assert make is not None

            def make_and_note() -> asyncio.Protocol:
                made.append(make())
                return made[-1]

            newcomers.make_protocol = make_and_note
            for _ in range(CLIENTS):
                connection = connect()
                connection.sendall(WHOLE)
                connections.append(connection)
            time.sleep(0.1)

        slow.meanwhile = come
        first = connect()
        first.sendall(WHOLE)
        assert b'"label":"bullish"' in read_to_end(first)
        assert len(connections) == CLIENTS
        for connection in connections:
            assert b'"label":"bullish"' in read_to_end(connection)
        # The event loop has accepted one, as it does in each turn.
        assert len(made) >= CLIENTS - 2


@pytest.mark.parametrize(
    ("clients", "seconds", "count"),
    [(20, 0.0, 0), (20, 0.0005, 8), (20, 0.01, 20), (64, 0.01, 64), (150, 0.01, 64)],
)
def test_as_many_are_accepted_as_are_due(clients: int, seconds: float, count: int):
    async def accept() -> list[asyncio.Protocol]:
        made: list[Closing] = []

        def make() -> Closing:
            made.append(Closing())
            return made[-1]

        newcomers = Newcomers()
        newcomers.listener, newcomers.make_protocol = listener, make
        assert newcomers.accept(seconds / 2) == 0  # the event loop has accepted nobody
        assert not made
        newcomers.have_come = True
        left = newcomers.accept(seconds / 2)
        await asyncio.sleep(0.1)
        if count and sys.platform == "linux":
            assert left == clients - count
            assert (newcomers.waited() > 0.05) == (left > 0)
            while newcomers.accept(1.0):
                assert newcomers.waited() > 0.05
            assert newcomers.waited() == 0
            await asyncio.sleep(0.1)
            assert len(made) == clients
            del made[count:]
        return [each for each in made if each.is_closed]

    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=150))
        listener.setblocking(False)
        for _ in range(clients):
            stack.enter_context(socket.create_connection(listener.getsockname()))
        assert len(uvloop.run(accept())) == count


class Closing(asyncio.Protocol):
    """Closes a connection when it has been made."""

    is_closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True


def test_somebody_is_taken_to_wait_where_the_system_does_not_tell(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(socket, "TCP_INFO", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert _count_waiting(listener) == 1


def test_nobody_is_accepted_where_nothing_listens():
    async def accept() -> None:
        newcomers.accept(1.0)

    newcomers = Newcomers()
    asyncio.run(accept())
    with socket.create_server(("127.0.0.1", 0)) as newcomers.listener:
        asyncio.run(accept())  # before the first connection
    newcomers.make_protocol, newcomers.have_come = asyncio.Protocol, True
    asyncio.run(accept())  # after the last
