"""Runs the handler as Lambda does: under awslambdaric and AWS's Runtime Interface Emulator."""

import contextlib
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.runtime.processes import ROOT, environment, stop, wait_for

EVENTS = Path(__file__).parent / "events"

_EMULATOR = Path(sys.prefix) / "emulator" / "aws-lambda-rie"
INVOCATIONS = "/2015-03-31/functions/function/invocations"


@dataclass(frozen=True)
class Emulator:
    """A running emulator. It takes one invocation at a time, and the first starts the function."""

    client: httpx.Client
    output_file: Path

    def invoke(self, event: object) -> Any:  # noqa: ANN401 - as JSON comes
        """Send an event, as JSON; return what the function answers, errors included."""
        return self.client.post(INVOCATIONS, content=json.dumps(event).encode()).json()

    def output(self) -> str:
        """Everything that the function, awslambdaric and the emulator have written."""
        return self.output_file.read_text()

    def lines(self) -> list[dict[str, Any]]:
        """The lines of JSON that the handler has logged."""
        return [json.loads(line) for line in self.output().splitlines() if line[:1] == "{"]

    def last_line(self, count: int) -> dict[str, Any]:
        """Wait until more than `count` lines are there, and return the last."""
        found = wait_for(lambda: lines if len(lines := self.lines()) > count else None)
        assert len(found) == count + 1
        return found[-1]


@contextlib.contextmanager
def emulated(
    folder: Path, variables: dict[str, str] | None = None, **settings: object
) -> Iterator[Emulator]:
    """Start the emulator with the handler; settings are FINTONE_* variables."""
    if not _EMULATOR.is_file():
        pytest.skip(f"{_EMULATOR} is not there: `make test` fetches it where there is a network")
    port, runtime_port = _free_ports()
    command = [
        *(_EMULATOR, "--log-level", "info"),
        *("--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
        *("--runtime-api-address", f"127.0.0.1:{runtime_port}"),
        *(sys.executable, "-m", "awslambdaric", "runtime.lambda_handler.handler"),
    ]
    output_file = folder / "output"
    with output_file.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(**settings) | (variables or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(lambda: _listens(port) or None)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield Emulator(client, output_file)
    finally:
        stop(process)  # it ends the function before itself


def recorded(name: str) -> dict[str, Any]:
    """Read an event from its file."""
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return event


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        for each in (first, second):
            each.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def _listens(port: int) -> bool:
    with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False
