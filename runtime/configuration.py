"""uvicorn's configuration, filled from our settings."""

import gc
import socket
from collections.abc import Callable

import uvicorn

from runtime.settings import Settings
from runtime.worker import Worker

BACKLOG = 4096
"""Connections that wait to be accepted. One more is not refused: its client tries again after a
second, then two, then four. So there are as many as Linux allows unless it is told otherwise."""


class ServerConfig(uvicorn.Config):
    """A configuration that carries the settings with it: workers get it pickled.

    Args:
        settings: where to listen, how many workers, the bounds of requests.
        make: makes what is served, in the process that is to serve it.
        listener: what the server is going to listen with.

    Attributes:
        worker: what it made, once the configuration is loaded.
    """

    worker: Worker

    def __init__(
        self,
        settings: Settings,
        make: Callable[[], Worker],
        listener: socket.socket | None = None,
    ) -> None:
        self.settings = settings
        self._listener = listener
        super().__init__(
            make,
            factory=True,
            workers=settings.workers,
            backlog=BACKLOG,
            loop="uvloop",
            http="runtime.protocol:BoundedProtocol",
            ws="none",
            interface="asgi3",
            lifespan="off",  # the graph is loaded and warm before the server starts
            log_config=None,  # runtime.server routes uvicorn's messages into our log
            access_log=False,
            proxy_headers=False,  # nothing here asks who the client is
            server_header=False,
            timeout_graceful_shutdown=settings.drain_seconds,
            timeout_notify=0,  # uvicorn looks once a second
        )

    def load(self) -> None:
        """Make the worker, take the application out of it, and have it called every second."""
        super().load()
        self.worker = self.loaded_app
        self.worker.newcomers.listener = self._listener
        self.loaded_app = self.worker.app
        self.callback_notify = self.worker.every_second
        _spare_what_stays()


def _spare_what_stays() -> None:
    """Have the garbage collector not look through what start-up has made, which stays.

    A closed connection is garbage in a cycle. Python leaves it until there is a quarter as much
    of it as of what stays (https://devguide.python.org/internals/garbage-collector/): for minutes,
    some MiB of it, and then it looks through everything while requests wait.
    """
    gc.collect()
    gc.freeze()
    gc.collect()  # notes that nothing else stays
