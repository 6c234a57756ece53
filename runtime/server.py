"""Runs the application under uvicorn, in this process or in several workers."""

import contextlib
import functools
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from uvicorn import Server
from uvicorn.supervisors import Multiprocess

from runtime.configuration import BACKLOG, ServerConfig
from runtime.model import Model
from runtime.settings import Settings
from runtime.workplace import START_FAILED, Workplace, make_worker

# Connections that a worker accepts in a turn of its event loop, of short turns
# (`runtime.newcomers`). Each takes a descriptor, and all of them are asked for each connection. Of
# several workers each accepts one, or the first to look would take most.
_ACCEPTED = 8
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


class ListenError(Exception):
    """The address cannot be listened on; the message is one sentence that says what to set."""


class WorkerError(Exception):
    """A worker could not start; the message is one sentence that says where to look."""


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then let requests under way finish.

    With one worker the stop leaves as SystemExit(0), raised by uvicorn's last signal.

    Raises:
        ModelError: the model cannot be served.
        ListenError: the address cannot be listened on.
        WorkerError: one of several workers could not start.
    """
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    # With several workers each loads its own; here it is loaded to be checked, once for all.
    model = Model.load(settings.model).warm_up()
    listeners = _listen(settings.host, settings.port, 1 if settings.workers > 1 else _ACCEPTED)
    _announce(listeners[0], settings.workers, model.version)
    if settings.workers > 1:
        del model
        _supervise(settings, listeners)
    else:
        make = functools.partial(Workplace(settings).worker, model)
        server = Server(ServerConfig(settings, make, listeners[0]))
        # Its handlers stand before its loop does: a stop in between would leave a traceback.
        with server.capture_signals():
            server.run(listeners)


def _supervise(settings: Settings, listeners: list[socket.socket]) -> None:
    Workplace(settings)  # for what uvicorn's supervisor has to say
    with _folder(settings) as folder:
        make = functools.partial(make_worker, folder)
        supervisor = Multiprocess(ServerConfig(settings, make, listeners[0]), listeners)
        supervisor.run()
    if any(worker.exitcode == START_FAILED for worker in supervisor.processes):
        raise WorkerError("A worker could not start, and the log says why: start again after that.")


@contextlib.contextmanager
def _folder(settings: Settings) -> Iterator[Path | None]:
    """Make a folder in which the counts of several workers meet, if anything is counted."""
    if not settings.metrics:
        yield None
        return
    try:
        # In memory if that can be, as no worker is to wait for a disk.
        place = _MEMORY if os.access(_MEMORY, os.W_OK) else None
        folder = tempfile.TemporaryDirectory(prefix="fintone-", dir=place)
    except OSError:
        raise WorkerError(
            "There is no folder for the counts of several workers: set TMPDIR to one, or"
            " FINTONE_METRICS=0."
        ) from None
    with folder:
        yield Path(folder.name)


def _listen(host: str, port: int, count: int) -> list[socket.socket]:
    """Listen on an address; return so many descriptors of the one socket that does."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        reason = str(getattr(error, "strerror", "not a host name")).partition(" (")[0]
        message = f"Cannot listen on {host}:{port} ({reason}): set FINTONE_HOST or FINTONE_PORT."
        raise ListenError(message) from None
    listener.set_inheritable(True)
    return [listener, *(listener.dup() for _ in range(count - 1))]


def _announce(listener: socket.socket, workers: int, version: str) -> None:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    count = "1 worker" if workers == 1 else f"{workers} workers"
    message = f"fintone listens on http://{shown}:{port} ({count}, model {version})\n"
    sys.stderr.write(message)
    sys.stderr.flush()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End at once with status 0; while uvicorn serves, its own handlers stand here and drain."""
    sys.exit(0)
