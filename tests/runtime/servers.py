"""Runs the server in a thread of this process, for tests that hold its loop or look into it."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Sequence

from uvicorn import Server

from runtime.configuration import BACKLOG, ServerConfig
from runtime.model import Model
from runtime.settings import Settings
from runtime.worker import Worker
from runtime.workplace import Workplace
from tests.runtime.processes import wait_for


@contextlib.contextmanager
def serving(
    model: Model, prepare: Callable[[Worker], object] = lambda _: None
) -> Iterator[tuple[Server, int]]:
    """Start a server, whose worker is prepared first; yield it and its port."""
    settings = Settings(port=0, workers=1)
    worker = Workplace(settings).worker(model)
    prepare(worker)
    with socket.create_server(("127.0.0.1", 0), backlog=BACKLOG) as listener:
        server = Server(ServerConfig(settings, lambda: worker, listener))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        wait_for(lambda: server.started or None)
        try:
            yield server, listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@contextlib.contextmanager
def connected(port: int, count: int) -> Iterator[list[socket.socket]]:
    """Open so many connections to a server of this machine, and close them in the end."""
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            for _ in range(count)
        ]


def ask_in_one_turn(
    server: Server,
    requests: Sequence[tuple[socket.socket, bytes]],
    then: Callable[[], object] = lambda: None,
) -> None:
    """Send requests, and do something else, while the server's loop does not look."""
    wait_for(lambda: len(server.server_state.connections) >= len(requests) or None)
    loop = next(iter(server.server_state.connections)).loop
    is_held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        is_held.set()
        go_on.wait()

    loop.call_soon_threadsafe(hold)
    is_held.wait()
    for connection, request in requests:
        connection.sendall(request)
    then()
    go_on.set()
