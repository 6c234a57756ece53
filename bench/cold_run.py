"""Starts all functions under all limits in turns, so that noise disturbs all of them alike."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from tqdm import tqdm

from bench.cold_emulator import StartError, measure_start
from bench.cold_field import Contender
from bench.cold_launch import Launcher
from bench.cold_limits import Limit
from bench.cold_results import Row, Start

_MOST_FAILURES = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure.

    Attributes:
        starts: fresh starts of each function under each limit.
        warm: warm invocations after each start.
        minutes: when they are over, no new round begins.
        patience: seconds that one invocation may take, INIT included.
    """

    starts: int
    warm: int = 10
    minutes: float = 14
    patience: float = 120


@dataclass(slots=True)
class _Cell:
    contender: Contender
    limit: Limit
    starts: list[Start] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    obstacle: str | None = None

    @property
    def done(self) -> bool:
        return self.obstacle is not None or len(self.failures) >= _MOST_FAILURES

    def row(self) -> Row:
        failed = f"{len(self.failures)} x {self.failures[-1]}" if self.failures else None
        names = (self.contender.name, self.contender.place.name, self.limit.name)
        return Row(*names, tuple(self.starts), self.obstacle or failed)


def run(
    launcher: Launcher, field_: Sequence[Contender], limits: Sequence[Limit], plan: Plan
) -> tuple[Row, ...]:
    """Measure; shows progress. What cannot be run here has a row that says why."""
    cells = [_Cell(contender, limit) for limit in limits for contender in field_]
    _find_obstacles(launcher, cells)
    end = time.monotonic() + 60 * plan.minutes
    with tqdm(total=plan.starts * len(cells), desc="cold starts", unit=" starts") as progress:
        for _ in range(plan.starts):
            for cell in cells:
                if not cell.done:
                    progress.set_description(f"{cell.contender.name}, {cell.limit.name}")
                    _start(launcher, cell, plan)
                progress.update()
            if time.monotonic() > end:
                break
    return tuple(cell.row() for cell in cells)


def _find_obstacles(launcher: Launcher, cells: Sequence[_Cell]) -> None:
    known: dict[tuple[str, str], str | None] = {}
    for cell in cells:
        names = cell.contender.place.name, cell.limit.name
        if names not in known:
            known[names] = launcher.obstacle(cell.contender.place, cell.limit)
        cell.obstacle = known[names]


def _start(launcher: Launcher, cell: _Cell, plan: Plan) -> None:
    try:
        cell.starts.append(
            measure_start(launcher, cell.contender, cell.limit, plan.warm, plan.patience)
        )
    except StartError as error:
        cell.failures.append(str(error))
