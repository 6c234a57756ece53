"""Runs the application under uvicorn, in this process or in several workers."""

import logging
import os
import signal
import socket
import sys
from types import FrameType

from starlette.types import ASGIApp
from uvicorn import Server
from uvicorn.supervisors import Multiprocess

from runtime.app import create
from runtime.artefact import ModelError
from runtime.configuration import ServerConfig
from runtime.logs import LogHandler, LogLines, standard_output
from runtime.model import Model
from runtime.settings import Settings

_BACKLOG = 2048  # uvicorn's own
_START_FAILED = 3  # uvicorn's own: its supervisor does not replace a worker that ends with it


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
    listener = _listen(settings.host, settings.port)
    _announce(listener, settings.workers, model.version)
    lines = _open_log(settings)
    if settings.workers > 1:
        del model
        _supervise(ServerConfig(settings, "runtime.server:make_worker_app", factory=True), listener)
    else:
        config = ServerConfig(settings, create(settings, model, lines), factory=False)
        server = Server(config)
        # Its handlers stand before its loop does: a stop in between would leave a traceback.
        with server.capture_signals():
            server.run([listener])


def make_worker_app() -> ASGIApp:
    """Make the application in a worker process, from the environment that it inherits."""
    settings = Settings.from_environment(os.environ)
    lines = _open_log(settings)
    try:
        model = Model.load(settings.model).warm_up()
    except ModelError as error:  # the file has changed since the parent read it
        lines.event("critical", str(error))
        sys.exit(_START_FAILED)
    return create(settings, model, lines)


def _supervise(config: ServerConfig, listener: socket.socket) -> None:
    supervisor = Multiprocess(config, [listener])
    supervisor.run()
    if any(worker.exitcode == _START_FAILED for worker in supervisor.processes):
        raise WorkerError("A worker could not start, and the log says why: start again after that.")


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except (OSError, UnicodeError) as error:
        reason = str(getattr(error, "strerror", "not a host name")).partition(" (")[0]
        message = f"Cannot listen on {host}:{port} ({reason}): set FINTONE_HOST or FINTONE_PORT."
        raise ListenError(message) from None
    listener.set_inheritable(True)
    return listener


def _announce(listener: socket.socket, workers: int, version: str) -> None:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    count = "1 worker" if workers == 1 else f"{workers} workers"
    message = f"fintone listens on http://{shown}:{port} ({count}, model {version})\n"
    sys.stderr.write(message)
    sys.stderr.flush()


def _open_log(settings: Settings) -> LogLines:
    """Open the log, and route into it what uvicorn has to say."""
    lines = LogLines(standard_output(), log_text=settings.log_text)
    logger = logging.getLogger("uvicorn.error")
    logger.handlers = [LogHandler(lines)]
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addFilter(_is_worth_a_line)
    return lines


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Keep warnings, and what happens to workers; the rest tells each step of a normal start."""
    return record.levelno >= logging.WARNING or record.module == "multiprocess"


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """End at once with status 0; while uvicorn serves, its own handlers stand here and drain."""
    sys.exit(0)
