"""The command `python -m bench.cold_path FILE`: the handler's warm HTTP path, without emulator.

Standard output is the handler's log, as in Lambda; the figures go to the file.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter_ns

import msgspec

from bench.cold_field import url_event
from bench.cold_place import ROOT
from bench.cold_results import HttpPath
from bench.timing import pin_to_one_core

_UNMEASURED = 500


class _Context:
    """What the handler reads of Lambda's context."""

    aws_request_id = "6f1e0c52-0d0a-4d6b-8f5e-3b8f0c1d2e3f"


def measure_http_path(calls: int) -> HttpPath:
    """Time Function URL events in a process of its own, pinned to one core, that logs to a file.

    Raises:
        subprocess.CalledProcessError: the handler failed; standard error tells.
    """
    with tempfile.TemporaryDirectory() as folder, Path(folder, "log").open("wb") as log:
        figures = Path(folder) / "figures"
        command = (sys.executable, "-m", "bench.cold_path", str(figures), str(calls))
        environment = {k: v for k, v in os.environ.items() if not k.startswith("FINTONE_")}
        subprocess.run(command, cwd=ROOT, env=environment, stdout=log, check=True)  # noqa: S603  # no shell
        return msgspec.json.decode(figures.read_bytes(), type=HttpPath)


def main() -> None:
    """Measure, and write the figures to the file named first; the second argument: how often."""
    figures, calls = Path(sys.argv[1]), int(sys.argv[2])
    pin_to_one_core()
    from runtime.lambda_handler import handler

    nanoseconds, context, body = [], _Context(), url_event()
    gc.collect()
    for _ in range(_UNMEASURED + calls):
        event = json.loads(body)  # awslambdaric does so before it calls
        started = perf_counter_ns()
        handler(event, context)
        nanoseconds.append(perf_counter_ns() - started)
    ordered = sorted(nanoseconds[_UNMEASURED:])
    found = HttpPath(_percentile(ordered, 0.5), _percentile(ordered, 0.99), calls)
    figures.write_bytes(msgspec.json.encode(found))


def _percentile(ordered: list[int], share: float) -> float:
    return ordered[round(share * (len(ordered) - 1))] / 1e3


if __name__ == "__main__":
    main()
