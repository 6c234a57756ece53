"""How long invocations and starts take: measured here, scaled to the CPU of a memory size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np

from bench.capacity_arrivals import Floats
from bench.capacity_aws import Aws
from bench.capacity_setting import CapacityError, Setting
from bench.capacity_simulation import Draws
from bench.cold_field import HTTP, OLD
from bench.cold_place import IMAGE, VENV
from bench.cold_results import Start

_MILLISECONDS = 1e3
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ServiceTimes:
    """What a JSON file of warm invocations has to have on top, beside whatever else it has.

    Attributes:
        service_ms: milliseconds of single warm invocations on one whole vCPU.
    """

    service_ms: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    function: str
    place: str
    limit: str
    starts: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class _ColdStart:
    rows: tuple[_Row, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """Measured times in seconds.

    Attributes:
        works: warm invocations on one whole vCPU.
        starts: fresh starts by memory size (MB), one row each: INIT, and by how much the first
            invocation exceeds a warm one.
    """

    works: Floats
    starts: Mapping[int, Floats]

    def draw(self, setting: Setting, count: int, aws: Aws, random: np.random.Generator) -> Draws:
        """Draw what each of `count` requests would take, with replacement.

        Invocations are slowed down to the memory size's share of a vCPU, and no faster above it:
        one request uses one thread. Starts are those measured under that memory size's share; of
        other sizes, those at one vCPU, slowed down likewise. SnapStart restores instead of both
        the microVM's start and INIT.
        """
        share = aws.share(setting.memory)
        works = random.choice(self.works, count) / share
        init, more = random.choice(self.starts_of(setting.memory, aws), count).T
        assumed = aws.assumptions
        before = assumed.restore.value if setting.snapstart else assumed.platform_start.value + init
        return Draws(works, before + more)

    def starts_of(self, memory: int, aws: Aws) -> Floats:
        """Return the starts at a memory size, as in `starts`."""
        if memory in self.starts:
            return self.starts[memory]
        return self.starts[int(aws.limits.one_vcpu.value)] / aws.share(memory)


def read_service(path: Path) -> tuple[float, ...]:
    """Return the milliseconds of warm invocations out of a file as `ServiceTimes` describes it.

    Raises:
        CapacityError: the file cannot be read, or has none.
    """
    times = tuple(each for each in _decode(path, ServiceTimes).service_ms if each > 0)
    if not times:
        raise CapacityError(f"{path} has no times in service_ms: name another file.")
    return times


def read_measured(cold_start: Path, service_ms: Sequence[float] | None, aws: Aws) -> Measured:
    """Read what was measured.

    Args:
        cold_start: what `python -m bench.cold_start --write` wrote as JSON.
        service_ms: milliseconds of warm invocations on one vCPU; None: the medians out of
            `cold_start`, which lack the slow ones among the invocations of an environment.
        aws: which memory size is one vCPU.

    Raises:
        CapacityError: the file cannot be read, or lacks what is needed.
    """
    starts = _read_starts(cold_start, HTTP)
    whole = int(aws.limits.one_vcpu.value)
    if whole not in starts:
        raise CapacityError(f"{cold_start} has no starts at {whole} MB: name another file.")
    works = service_ms or [start.warm for start in starts[whole]]
    return Measured(
        np.array(works) / _MILLISECONDS,
        {memory: _table(rows) / _MILLISECONDS for memory, rows in starts.items()},
    )


def read_old_service(cold_start: Path) -> Mapping[int, tuple[float, float]]:
    """Return the old service's median INIT and warm invocation (s) by memory size (MB)."""
    return {
        memory: (
            float(np.median([start.init for start in rows])) / _MILLISECONDS,
            float(np.median([start.warm for start in rows])) / _MILLISECONDS,
        )
        for memory, rows in _read_starts(cold_start, OLD).items()
    }


def _read_starts(path: Path, function: str) -> dict[int, tuple[Start, ...]]:
    """Return starts by memory size, those of the image where there are any."""
    found: dict[int, tuple[Start, ...]] = {}
    rows = _decode(path, _ColdStart).rows
    for place in (VENV, IMAGE):
        for row in rows:
            if (row.function, row.place) == (function, place) and row.starts:
                memory, _, unit = row.limit.partition(" ")
                if unit == "MB":
                    found[int(memory)] = row.starts
    return found


def _table(rows: tuple[Start, ...]) -> Floats:
    return np.array([(start.init, max(0.0, start.first - start.warm)) for start in rows])


def _decode(path: Path, shape: type[_T]) -> _T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=shape)
    except OSError as error:
        raise CapacityError(f"{path} cannot be read ({error.strerror}): name another.") from None
    except msgspec.DecodeError as error:
        raise CapacityError(f"{path} is not what is needed ({error}): name another.") from None
