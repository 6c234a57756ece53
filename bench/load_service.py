"""The service that is put under load: its process, its core, its CPU time and its memory."""

import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.pinning import pinned

_LISTENS = re.compile(r"listens on http://\S+:(\d+) ")
_FILES = 10_000  # as Locust has it
_STARTING, _STOPPING = 60.0, 30.0  # seconds


class ServiceError(Exception):
    """The service does not start, or has ended; the message is one sentence that says why."""


@dataclass(frozen=True, slots=True)
class Cores:
    """Where the service and the generator run; None where processes cannot be pinned."""

    service: int | None
    generator: int | None


class Service:
    """A service that runs.

    Args:
        process: it.
        port: where it listens, on 127.0.0.1.
    """

    def __init__(self, process: psutil.Process, port: int) -> None:
        self._process = process
        self.port = port

    def cpu(self) -> float:
        """Return the seconds of CPU time that it has used, in all of its processes.

        Raises:
            ServiceError: it has ended.
        """
        return sum(sum(each.cpu_times()[:2]) for each in self._family())

    def rss(self) -> float:
        """Return its resident memory in MiB, the processes' sum.

        Raises:
            ServiceError: it has ended.
        """
        resident: int = sum(each.memory_info().rss for each in self._family())
        return resident / 2**20

    def _family(self) -> list[psutil.Process]:
        try:
            return [self._process, *self._process.children(recursive=True)]
        except psutil.Error:
            message = "The service ended while it was measured: see what `make serve` says."
            raise ServiceError(message) from None


def choose_cores() -> Cores:
    """Choose a core for the service, and one for the generator, if there are two to choose from."""
    if not hasattr(os, "sched_getaffinity"):
        return Cores(None, None)
    cores = sorted(os.sched_getaffinity(0))
    return Cores(cores[-1], cores[0]) if len(cores) > 1 else Cores(None, None)


@contextmanager
def running(cores: Cores) -> Iterator[Service]:
    """Start `python -m runtime` with one worker on its core, and stay on the generator's.

    Raises:
        ServiceError: it does not start.
    """
    _allow_connections()
    with tempfile.TemporaryFile() as messages, pinned(cores.generator):
        # A child inherits the core of who starts it.
        with pinned(cores.service):
            process = subprocess.Popen(
                [sys.executable, "-m", "runtime"],
                cwd=Path(__file__).resolve().parent.parent,
                env=_environment(),
                stdout=subprocess.DEVNULL,  # its log, a line for each request
                stderr=messages,
            )
        try:
            yield Service(psutil.Process(process.pid), _wait_for_port(process, messages.fileno()))
        finally:
            _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_STOPPING)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _allow_connections() -> None:
    """Let this process, and those that it starts, have a file for each connection."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FINTONE_")}
    return kept | {
        "FINTONE_HOST": "127.0.0.1",
        "FINTONE_PORT": "0",
        "FINTONE_WORKERS": "1",
        **{name: os.environ[name] for name in ("FINTONE_MODEL",) if name in os.environ},
    }


def _wait_for_port(process: "subprocess.Popen[bytes]", messages: int) -> int:
    end = time.monotonic() + _STARTING
    while True:
        said = os.pread(messages, 65536, 0).decode(errors="replace")
        if found := _LISTENS.search(said):
            return int(found[1])
        if process.poll() is not None or time.monotonic() > end:
            last = (said.strip().splitlines() or ["it said nothing"])[-1]
            raise ServiceError(f"The service does not start: {last}")
        time.sleep(0.02)
