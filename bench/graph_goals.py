"""What was promised of the graph, and whether it holds."""

from collections.abc import Iterator, Sequence

from bench.goal import Goal
from bench.graph_results import Cell, Results, microseconds

_TIMES_FLOOR = 3.0
_TIMES_FASTER = 10.0
_GROWTH = 1.1  # of the time when the vocabulary doubles: what is allowed for noise and caches
_MEGABYTES = 10.0


def goals(results: Results) -> tuple[Goal, ...]:
    """Judge what was promised of the graph; times are those of single texts."""
    return tuple(_goals(results))


def _goals(results: Results) -> Iterator[Goal]:
    names, single = results.columns, [cell for cell in results.cells if cell.batch == 1]
    for cell in single:
        yield _at_most(cell, names.shipped, names.floor, _TIMES_FLOOR)
    middle = names.classic[1]
    for cell in single:
        ratio = cell.ratio(middle, names.shipped)
        yield Goal(
            f"{cell.words} words: {_TIMES_FASTER:g} x faster than {middle}",
            ratio >= _TIMES_FASTER,
            f"{ratio:.1f} x ({_pair(cell, middle, names.shipped)})",
        )
    yield _grows_with_text(single, names.shipped)
    for cell in single:
        yield _at_most(cell, names.ours[1], names.ours[0], _GROWTH)
    megabytes = results.bytes / 1e6
    yield Goal(f"under {_MEGABYTES:g} MB on disk", megabytes < _MEGABYTES, f"{megabytes:.2f} MB")


def _at_most(cell: Cell, name: str, other: str, most: float) -> Goal:
    ratio = cell.ratio(name, other)
    return Goal(
        f"{cell.words} words: {name} at most {most:g} x {other}",
        ratio <= most,
        f"{ratio:.2f} x ({_pair(cell, name, other)})",
    )


def _pair(cell: Cell, *names: str) -> str:
    return " against ".join(microseconds(cell.microseconds(name)) for name in names) + " µs"


def _grows_with_text(single: Sequence[Cell], name: str) -> Goal:
    times = [cell.microseconds(name) for cell in single]
    figures = ", ".join(map(microseconds, times))
    return Goal(f"{name} costs more for longer texts", times == sorted(times), f"{figures} µs")
