"""Starts a server on one core, waits until it answers, and stops it for a while or for good."""

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.pinning import pinned
from bench.server_field import FOLDER, PORT, Contender

_PATIENCE = 120.0  # seconds until a server answers; TensorFlow takes ten
_ENDING = 10.0  # seconds until one that is asked to end is killed
_PROBE = 0.1


class ServerError(Exception):
    """A server cannot be measured; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    contender: Contender
    process: psutil.Popen
    port: int

    def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Ask it over a connection of its own; return status and body.

        Raises:
            OSError: it does not answer.
            http.client.HTTPException: it answers something else than HTTP.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        try:
            connection.request("POST", path, body, {"content-type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def suspend(self) -> None:
        """Stop all of its processes, so that they take no time from another's turn."""
        self._each(psutil.Process.suspend)

    def resume(self) -> None:
        """Have all of its processes run on."""
        self._each(psutil.Process.resume)

    def cpu_seconds(self) -> float:
        """Return the time that all of its processes have used."""
        times = [process.cpu_times() for process in self.family()]
        return float(sum(each.user + each.system for each in times))

    def _each(self, action: Callable[[psutil.Process], None]) -> None:
        for process in self.family():
            with suppress(psutil.NoSuchProcess):
                action(process)

    def family(self) -> list[psutil.Process]:
        """Return its process and all that it started; none where it has ended."""
        try:
            return [self.process, *self.process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


@contextmanager
def started(
    contender: Contender, body: bytes, core: int, folder: Path, patience: float = _PATIENCE
) -> Iterator[Server]:
    """Run a server on one core until the block ends; it answers when the block begins.

    Args:
        contender: the server.
        body: a request that it answers with 200, to its first route.
        core: where it runs, with all processes that it starts.
        folder: where its output and its files go.
        patience: seconds that it may take until then.

    Raises:
        ServerError: it ended, or did not answer in time.
    """
    port = _free_port()

    def fill(text: str) -> str:
        return text.replace(PORT, str(port)).replace(FOLDER, str(folder))

    output = folder / f"{contender.name}.output"
    with output.open("wb") as file, pinned(core):
        process = psutil.Popen(
            [fill(part) for part in contender.command],
            cwd=contender.place,
            env=_environment({name: fill(value) for name, value in contender.variables.items()}),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    server = Server(contender, process, port)
    try:
        _await(server, body, output, patience)
        yield server
    finally:
        _end(server)


def _await(server: Server, body: bytes, output: Path, patience: float) -> None:
    path = next(iter(server.contender.routes.values())).path
    end = time.monotonic() + patience
    while server.process.poll() is None:
        with suppress(OSError, http.client.HTTPException):
            if server.post(path, body)[0] == 200:
                return
        if time.monotonic() > end:
            raise ServerError(
                f"{server.contender.title} did not answer within {patience:g} s: {_last(output)}"
            )
        time.sleep(_PROBE)
    raise ServerError(f"{server.contender.title} ended before it answered: {_last(output)}")


def _last(output: Path) -> str:
    """Return the last line that a server printed, which mostly says why."""
    lines = output.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it printed nothing"


def _end(server: Server) -> None:
    server.resume()  # what is suspended could not end
    family = server.family()
    with suppress(psutil.NoSuchProcess):
        server.process.terminate()
    _, alive = psutil.wait_procs(family, _ENDING)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, _ENDING)


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return this process's variables without those that set this service up, and the server's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FINTONE_")}
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", **variables}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
