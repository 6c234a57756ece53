"""One fresh start of a function under awslambdaric and AWS's Runtime Interface Emulator."""

import json
import socket
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from subprocess import Popen

from bench.cold_field import Contender
from bench.cold_launch import Launcher
from bench.cold_limits import Limit
from bench.cold_lines import Phases, read_phases
from bench.cold_results import Start

_PATH = "/2015-03-31/functions/function/invocations"
_LISTENING, _WRITTEN = 30.0, 5.0  # seconds that the emulator gets to listen, to write its lines
_POLL = 0.01


class StartError(Exception):
    """A function did not start or did not answer; the message says what was seen."""


def measure_start(
    launcher: Launcher, contender: Contender, limit: Limit, warm: int, patience: float
) -> Start:
    """Start a function, invoke it once and then `warm` times, and end it.

    Args:
        launcher: what starts it.
        contender: the function.
        limit: what it may use.
        warm: at least one.
        patience: seconds that one invocation may take, INIT included.

    Raises:
        StartError: it did not start, or one of the answers is an error.
        bench.cold_launch.LaunchError: there is no runc here, and the limit needs it.
    """
    port, runtime_port = _free_ports()
    place = contender.place
    command = (
        *(place.emulator, "--log-level", "info"),
        *("--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
        *("--runtime-api-address", f"127.0.0.1:{runtime_port}"),
        *(*place.start, contender.handler),
    )
    output = launcher.folder / "output"
    with output.open("wb") as file, launcher.launch(place, limit, command, file) as process:
        _wait_until_it_listens(port, process, output)
        for _ in range(1 + warm):
            _invoke(port, contender.event, patience)
        phases = _wait_for_lines(output, 1 + warm)
    if phases.init is None or len(phases.invocations) != 1 + warm:
        raise StartError("the emulator did not write the lines that are read")
    return Start(phases.init, phases.invocations[0], median(phases.invocations[1:]))


def check_answer(body: bytes) -> None:
    """Check what a function answered.

    Raises:
        StartError: it is not JSON, says that the function failed, or has another status than 200.
    """
    try:
        answer = json.loads(body)
    except ValueError:
        raise StartError(f"it answered {body[:200].decode(errors='replace')}") from None
    if not isinstance(answer, dict):
        raise StartError(f"it answered {answer!r:.200}")
    if "errorMessage" in answer:
        raise StartError(f"{answer.get('errorType', 'error')}: {answer['errorMessage']}"[:200])
    if answer.get("statusCode", 200) != 200:
        raise StartError(f"it answered with status {answer['statusCode']}")


def _invoke(port: int, event: bytes, patience: float) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        connection.request("POST", _PATH, event)
        body = connection.getresponse().read()
    except TimeoutError:
        raise StartError(f"no answer within {patience:g} s") from None
    except (OSError, HTTPException):
        raise StartError("the emulator ended: out of memory, most likely") from None
    finally:
        connection.close()
    check_answer(body)


def _wait_until_it_listens(port: int, process: Popen[bytes], output: Path) -> None:
    end = time.monotonic() + _LISTENING
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(_POLL)
        else:
            return
    lines = output.read_text(errors="replace").strip().splitlines() or ["it wrote nothing"]
    raise StartError(f"the emulator did not start: {lines[-1]}")


def _wait_for_lines(output: Path, invocations: int) -> Phases:
    """Read the phases; an answer can be here before the line that tells of it."""
    end = time.monotonic() + _WRITTEN
    while True:
        phases = read_phases(output.read_text(errors="replace"))
        if len(phases.invocations) >= invocations or time.monotonic() > end:
            return phases
        time.sleep(_POLL)


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        for each in (first, second):
            each.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]
