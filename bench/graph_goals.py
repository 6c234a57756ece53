"""What was promised of the graph, and whether it holds."""

from collections.abc import Iterator, Sequence

from bench.goal import Goal
from bench.graph_results import Cell, Results, microseconds
from bench.headline import MICROSECONDS, WORDS

_TIMES_FLOOR = 5.0
_GROWTH = 1.1  # of the time when the vocabulary doubles: what is allowed for noise and caches
_MEGABYTES = 10.0
_MILLISECONDS = 40.0  # to create a session


def goals(results: Results) -> tuple[Goal, ...]:
    """Judge what was promised of the graph; times are those of single texts, if not said."""
    return tuple(_goals(results))


def _goals(results: Results) -> Iterator[Goal]:
    names, single = results.columns, [cell for cell in results.cells if cell.batch == 1]
    for cell in (cell for cell in single if cell.words == WORDS):
        yield _at_most(cell, names.shipped, names.floor, _TIMES_FLOOR)
        yield _at_most(cell, names.shipped, names.classic[1], 1)
        yield from _headline(results, cell)
    yield _grows_with_text(single, names.shipped)
    for cell in single:
        yield _at_most(cell, names.ours[1], names.ours[0], _GROWTH)
    megabytes, session = results.bytes / 1e6, results.start.session
    yield Goal(f"under {_MEGABYTES:g} MB on disk", megabytes < _MEGABYTES, f"{megabytes:.2f} MB")
    yield Goal(
        f"a session in at most {_MILLISECONDS:g} ms",
        session <= _MILLISECONDS,
        f"{session:.1f} ms",
    )


def _headline(results: Results, single: Cell) -> Iterator[Goal]:
    """A headline's time alone, and in batches of each size."""
    name = results.columns.shipped
    alone = single.microseconds(name)
    yield Goal(
        f"{WORDS} words: {name} in at most {MICROSECONDS:g} µs",
        alone <= MICROSECONDS,
        f"{microseconds(alone)} µs",
    )
    for cell in results.cells:
        if cell.words == WORDS and cell.batch > 1:
            each = cell.microseconds(name) / cell.batch
            yield Goal(
                f"{WORDS} words: one of {cell.batch} texts costs no more than a single one",
                each <= alone,
                f"{microseconds(each)} against {microseconds(alone)} µs",
            )


def _at_most(cell: Cell, name: str, other: str, most: float) -> Goal:
    ratio = cell.ratio(name, other)
    times = " against ".join(microseconds(cell.microseconds(each)) for each in (name, other))
    return Goal(
        f"{cell.words} words: {name} at most {most:g} x {other}",
        ratio <= most,
        f"{ratio:.2f} x ({times} µs)",
    )


def _grows_with_text(single: Sequence[Cell], name: str) -> Goal:
    times = [cell.microseconds(name) for cell in single]
    figures = ", ".join(map(microseconds, times))
    return Goal(f"{name} costs more for longer texts", times == sorted(times), f"{figures} µs")
