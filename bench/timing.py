"""Clocks for all benchmarks: one core, contenders in turns, medians, and what they ran on."""

import gc
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter, perf_counter_ns

Call = Callable[[], object]

_FEWEST_ROUNDS = 3
_CPU_INFORMATION = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Timing:
    """Microseconds of one call: the median, the tenth and the ninetieth percentile, of `calls`."""

    median: float
    p10: float
    p90: float
    calls: int


@dataclass(frozen=True, slots=True)
class Rounds:
    """How long to measure.

    Attributes:
        count: rounds at most; each contender has one turn in each.
        turn: seconds of a turn; a turn is one call at least.
        limit: seconds after which no new round begins, but for the first few.
    """

    count: int
    turn: float
    limit: float


@dataclass(frozen=True, slots=True)
class Machine:
    """What a benchmark ran on; ``core`` is None where a process cannot be pinned to one."""

    processor: str
    cores: int
    core: int | None
    load: float
    system: str
    python: str
    packages: Mapping[str, str]


def interleave(calls: Mapping[str, Call], rounds: Rounds) -> dict[str, Timing]:
    """Time several calls in turns, so that what disturbs the machine disturbs all of them.

    Each is called twice beforehand, unmeasured: onnxruntime plans its memory in the first run of a
    shape, and allocates by that plan in the second. Python's garbage collector is off meanwhile.

    Args:
        calls: what to time, by name; each has to do the same work whenever it is called.
        rounds: how long.
    """
    for call in calls.values():
        call()
        call()
    nanoseconds: dict[str, list[int]] = {name: [] for name in calls}
    collecting = gc.isenabled()
    gc.disable()
    try:
        end = perf_counter() + rounds.limit
        for done in range(1, rounds.count + 1):
            for name, call in calls.items():
                _take_turn(call, rounds.turn, nanoseconds[name])
            if perf_counter() > end and done >= _FEWEST_ROUNDS:
                break
    finally:
        if collecting:
            gc.enable()
    return {name: _timing(durations) for name, durations in nanoseconds.items()}


def pin_to_one_core() -> int | None:
    """Keep this thread, and those that it starts, on one core; return which.

    To be called before libraries that start threads are imported. Returns None on systems that
    have no such call (macOS, Windows). The last core is taken: the first one serves interrupts.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def describe_machine(core: int | None, packages: Sequence[str]) -> Machine:
    """Describe what this process runs on.

    Args:
        core: what `pin_to_one_core` returned.
        packages: distributions whose versions matter to the figures.

    Raises:
        importlib.metadata.PackageNotFoundError: one of them is not installed.
    """
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        core=core,
        load=os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan"),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        packages={package: version(package) for package in packages},
    )


def _take_turn(call: Call, seconds: float, nanoseconds: list[int]) -> None:
    end = perf_counter_ns() + int(seconds * 1e9)
    while True:
        start = perf_counter_ns()
        call()
        stop = perf_counter_ns()
        nanoseconds.append(stop - start)
        if stop >= end:
            return


def _timing(nanoseconds: Sequence[int]) -> Timing:
    ordered = sorted(nanoseconds)
    last = len(ordered) - 1
    return Timing(
        median=median(ordered) / 1e3,
        p10=ordered[round(0.1 * last)] / 1e3,
        p90=ordered[round(0.9 * last)] / 1e3,
        calls=len(ordered),
    )


def _processor() -> str:
    # platform.processor() is empty or "x86_64" on Linux.
    if _CPU_INFORMATION.exists():
        for line in _CPU_INFORMATION.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
