"""What a run of the graph's benchmark found."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.shipped import Start
from bench.timing import Machine, Timing


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the contenders, by the part they have in the comparison."""

    classic: tuple[str, str, str]
    ours: tuple[str, str]
    classic_doubled: str
    floor: str = "floor"
    shipped: str = "shipped"
    python: str = "Python"


@dataclass(frozen=True, slots=True)
class Cell:
    """The contenders' times for calls with ``batch`` texts of ``words`` words."""

    words: int
    batch: int
    timings: Mapping[str, Timing]

    def microseconds(self, name: str) -> float:
        """Return the median of a contender."""
        return self.timings[name].median

    def ratio(self, name: str, other: str) -> float:
        """Return how many times as long as another's a contender's median is."""
        return self.microseconds(name) / self.microseconds(other)


@dataclass(frozen=True, slots=True)
class Results:
    """All figures of a run; ``start`` in milliseconds, ``bytes`` of the graph's file."""

    machine: Machine
    model: str
    bytes: int
    start: Start
    columns: Columns
    descriptions: Mapping[str, str]
    cells: tuple[Cell, ...]


def microseconds(value: float) -> str:
    """Write a time for people: with a decimal below 100, else with thousands set off."""
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"
