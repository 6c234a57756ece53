"""Clients that come at once, while the worker is busy, are accepted at once."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
import uvloop

from runtime.model import Model, Scores
from runtime.newcomers import Newcomers
from runtime.worker import Worker
from tests.runtime.processes import read_to_end
from tests.runtime.servers import serving

BODY = b'{"text":"rose"}'
HEAD = b"POST /v1/classify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
WHOLE = HEAD + b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(BODY) + BODY
CLIENTS = 60


@dataclass
class Slow:
    """A model whose first run, once it serves, takes a while in which clients come."""

    model: Model
    meanwhile: Callable[[], object] = lambda: None

    def prepare(self, worker: Worker) -> None:
        worker.express._service.model = self  # type: ignore[assignment]  # classify is all it needs

    @property
    def version(self) -> str:
        return self.model.version

    @property
    def labels(self) -> tuple[str, ...]:
        return self.model.labels

    def classify(self, texts: Sequence[str]) -> Scores:
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return self.model.classify(texts)


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


@pytest.mark.parametrize(("seconds", "count"), [(0.0, 0), (0.0005, 8), (0.01, 20)])
def test_as_many_are_accepted_as_are_due(seconds: float, count: int):
    async def accept() -> list[asyncio.Protocol]:
        made: list[Closing] = []

        def make() -> Closing:
            made.append(Closing())
            return made[-1]

        newcomers = Newcomers()
        newcomers.listener, newcomers.make_protocol = listener, make
        newcomers.accept(seconds)
        await asyncio.sleep(0.1)
        return [each for each in made if each.is_closed]

    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=50))
        listener.setblocking(False)
        for _ in range(20):
            stack.enter_context(socket.create_connection(listener.getsockname()))
        assert len(uvloop.run(accept())) == count


class Closing(asyncio.Protocol):
    """Closes a connection when it has been made."""

    is_closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True


def test_nobody_is_accepted_where_nothing_listens():
    async def accept() -> None:
        newcomers.accept(1.0)

    newcomers = Newcomers()
    asyncio.run(accept())
    with socket.create_server(("127.0.0.1", 0)) as newcomers.listener:
        asyncio.run(accept())  # before the first connection
    newcomers.make_protocol = asyncio.Protocol
    asyncio.run(accept())  # after the last
