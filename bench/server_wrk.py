"""Runs wrk, which asks as fast as a server answers."""

import resource
import shutil
import subprocess
from pathlib import Path

import msgspec

from bench.pinning import pinned
from bench.server_process import Server, ServerError
from bench.server_results import Turn

CONNECTIONS = 8
_SCRIPT = Path(__file__).with_name("server.lua")
_TIMEOUT = "10s"


class _Summary(msgspec.Struct, frozen=True):
    """What bench/server.lua prints at the end; milliseconds."""

    requests: int
    seconds: float
    wrong: int
    failed: int
    broken: int
    p50: float
    p99: float


def wrk_path() -> str:
    """Return the path of wrk.

    Raises:
        ServerError: it is not installed.
    """
    path = shutil.which("wrk")
    if path is None:
        raise ServerError("wrk is not installed: install it with `apt install wrk`.")
    return path


def saturate(server: Server, path: str, requests: Path, seconds: int, core: int) -> Turn:
    """Ask over `CONNECTIONS` connections for a while, always again as soon as an answer is there.

    Args:
        server: who is asked.
        path: the path of its route.
        requests: a file that `bench.server_traffic.to_file` wrote.
        seconds: how long.
        core: where wrk runs.

    Raises:
        ServerError: wrk failed, or no request was answered.
    """
    count = str(CONNECTIONS)
    command = (
        *(wrk_path(), "-t", count, "-c", count, "-d", f"{seconds}s", "--timeout", _TIMEOUT),
        *("-s", str(_SCRIPT), f"http://127.0.0.1:{server.port}{path}", "--", str(requests)),
    )
    used, server_used = _children_seconds(), server.cpu_seconds()
    with pinned(core):
        result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # no shell
    if result.returncode != 0 or not result.stdout.endswith("}\n"):
        lines = (result.stderr or result.stdout).strip().splitlines() or ["it printed nothing"]
        raise ServerError(f"wrk failed at {server.contender.title}: {lines[-1]}")
    summary = msgspec.json.decode(result.stdout.splitlines()[-1], type=_Summary)
    if summary.requests == 0:
        raise ServerError(f"{server.contender.title} answered nothing within {seconds} s.")
    return Turn(
        rate=summary.requests / summary.seconds,
        p50=summary.p50,
        p99=summary.p99,
        requests=summary.requests,
        errors=summary.wrong + summary.failed + summary.broken,
        generator=(_children_seconds() - used) / summary.seconds,
        server_cpu=1e6 * (server.cpu_seconds() - server_used) / summary.requests,
    )


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
