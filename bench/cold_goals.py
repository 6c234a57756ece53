"""What was promised of the start, and whether it holds."""

from collections.abc import Iterator

from bench.cold_field import DIRECT, EMPTY, HTTP, OLD
from bench.cold_place import IMAGE, VENV
from bench.cold_results import Results, Row
from bench.goal import Goal

_TIMES_EMPTY = 3.0
_TIMES_FASTER = 15.0
_TIMES_WARM = 2.0
_MICROSECONDS = 250.0


def goals(results: Results) -> tuple[Goal, ...]:
    """Judge what was promised, by the first limit (one CPU); a figure that is lacking has none."""
    return tuple(_goals(results))


def _goals(results: Results) -> Iterator[Goal]:
    limit = next(iter(results.limits))
    old = results.find(OLD, VENV, limit)
    for place in (IMAGE, VENV):
        empty = results.find(EMPTY, place, limit)
        direct = results.find(DIRECT, place, limit)
        http = results.find(HTTP, place, limit)
        if empty and direct:
            yield _times_empty(direct, empty)
        if old and http:
            yield _times_faster(http, old)
        yield from (_times_warm(row) for row in (direct, http) if row)
    path = results.http_path
    yield Goal(
        f"warm HTTP path at most {_MICROSECONDS:g} µs",
        path.p50 <= _MICROSECONDS,
        f"p50 {path.p50:.0f} µs, p99 {path.p99:.0f} µs",
    )


def _times_empty(row: Row, empty: Row) -> Goal:
    ratio = row.init / empty.init
    return Goal(
        f"{row.place}: INIT at most {_TIMES_EMPTY:g} x the empty handler's",
        ratio <= _TIMES_EMPTY,
        f"{ratio:.2f} x ({row.init:.0f} against {empty.init:.0f} ms)",
    )


def _times_faster(row: Row, old: Row) -> Goal:
    ratio = old.init / row.init
    return Goal(
        f"{row.place}: INIT {_TIMES_FASTER:g} x faster than the old service's",
        ratio >= _TIMES_FASTER,
        f"{ratio:.1f} x ({old.init:,.0f} against {row.init:.0f} ms)",
    )


def _times_warm(row: Row) -> Goal:
    return Goal(
        f"{row.place}: first invocation at most {_TIMES_WARM:g} x a warm one ({row.function})",
        row.ratio <= _TIMES_WARM,
        f"{row.ratio:.2f} x ({row.first:.2f} against {row.warm:.2f} ms)",
    )
