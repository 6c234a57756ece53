"""Reads what the Runtime Interface Emulator writes about the phases of a function."""

import re
from dataclasses import dataclass

# Not the REPORT line: its `Init Duration` is a few microseconds, its `Duration` includes INIT.
_INIT = re.compile(r"INIT REPORT\(durationMs: ([0-9.]+)\)")
_INVOCATION = re.compile(r"INVOKE RTDONE\(status: success, .*?duration: ([0-9.]+)ms\)")


@dataclass(frozen=True, slots=True)
class Phases:
    """Milliseconds of INIT (None while it is not over), and of each invocation that succeeded."""

    init: float | None
    invocations: tuple[float, ...]


def read_phases(output: str) -> Phases:
    """Find the phases in an emulator's output of `--log-level info`; anything else is skipped."""
    init = _INIT.search(output)
    found = _INVOCATION.findall(output)
    return Phases(float(init[1]) if init else None, tuple(map(float, found)))
