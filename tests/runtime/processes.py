"""Starts the service as its users do, as a process, and talks to it."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")

_LISTENS = re.compile(r"listens on http://(\S+):(\d+) ")


@dataclass(frozen=True)
class RunningService:
    """A service that listens; its log and its messages go to files."""

    process: subprocess.Popen[bytes]
    port: int
    log_file: Path
    messages_file: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log_file.read_text().splitlines()]

    def line_of(self, request_id: str) -> dict[str, Any]:
        """Wait for the log line of a request: it is written after the answer was sent."""
        return wait_for(
            lambda: next((x for x in self.log() if x.get("request_id") == request_id), None)
        )

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def environment(**settings: object) -> dict[str, str]:
    """This process's environment with FINTONE_* settings, and none of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FINTONE_")}
    return kept | {f"FINTONE_{name}": str(value) for name, value in settings.items()}


def program(code: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process of its own, from the repository's root, to its good end."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )


@contextlib.contextmanager
def running(folder: Path, **settings: object) -> Iterator[RunningService]:
    """Start `python -m runtime` on a free port with one worker, unless told otherwise."""
    defaults: dict[str, object] = {"HOST": "127.0.0.1", "PORT": 0, "WORKERS": 1}
    log_file, messages_file = folder / "service.log", folder / "service.err"
    with log_file.open("wb") as log, messages_file.open("wb") as messages:
        process = subprocess.Popen(
            [sys.executable, "-m", "runtime"],
            cwd=ROOT,
            env=environment(**(defaults | settings)),
            stdout=log,
            stderr=messages,
        )
    try:
        port = wait_for(lambda: _port(process, messages_file))
        yield RunningService(process, port, log_file, messages_file)
    finally:
        stop(process)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask a process to end, and wait; one that does not is killed, and the test fails."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def run_to_its_end(**settings: object) -> subprocess.CompletedProcess[str]:
    """Start a service that is not going to serve; return how it ended."""
    return subprocess.run(
        [sys.executable, "-m", "runtime"],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def wait_for(probe: Callable[[], T | None], seconds: float = 60) -> T:
    """Return what `probe` returns, as soon as that is not None."""
    end = time.monotonic() + seconds
    while (found := probe()) is None:
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
    return found


def exchange(service: RunningService, request: bytes) -> bytes:
    """Send bytes over a connection of their own; return all that comes back until it closes."""
    with service.connect() as connection:
        connection.sendall(request)
        return read_to_end(connection)


def read_to_end(connection: socket.socket) -> bytes:
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            answer += piece
    return answer


def _port(process: subprocess.Popen[bytes], messages: Path) -> int | None:
    said = messages.read_text()
    assert process.poll() is None, said
    found = _LISTENS.search(said)
    return int(found[2]) if found else None
