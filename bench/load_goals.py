"""What was promised of the service under load, and whether it holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bench.goal import Goal
from bench.load_measure import TIMES_OFFERED
from bench.load_results import Overload, Results, Sample, Stream

_TIMES_UNLOADED = 5.0
_GROWTH = 0.01
"""Of the mean: what memory may grow by during the soak and still be called flat."""
_WARM_UP = 0.2  # of the soak, in which caches and the allocator fill up
_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line through the memory of a soak, by least squares, its first fifth left out.

    Attributes:
        start: seconds at which it begins.
        end: seconds at which it ends.
        first: MiB there.
        last: MiB here.
        mean: MiB.
    """

    start: float
    end: float
    first: float
    last: float
    mean: float

    @property
    def growth(self) -> float:
        """MiB by which memory grew."""
        return self.last - self.first

    @property
    def slope(self) -> float:
        """MiB an hour."""
        return 3600 * self.growth / (self.end - self.start)


def fit(samples: Sequence[Sample]) -> Line | None:
    """Fit a line; None of samples that are too few."""
    last = samples[-1].second if samples else 0
    kept = [sample for sample in samples if sample.second >= _WARM_UP * last]
    if len(kept) < _FEWEST:
        return None
    seconds = np.array([sample.second for sample in kept])
    rss = np.array([sample.rss for sample in kept])
    slope, intercept = np.polyfit(seconds, rss, 1)
    start, end = float(seconds[0]), float(seconds[-1])
    first, last = float(intercept + slope * start), float(intercept + slope * end)
    return Line(start, end, first, last, float(rss.mean()))


def goals(results: Results) -> tuple[Goal, ...]:
    """Judge what was promised; what has not been measured has no goal."""
    return tuple(_goals(results))


def _goals(results: Results) -> Iterator[Goal]:
    for requests in dict.fromkeys(cell.requests for cell in results.cells):
        yield _success(results, requests)
    for name, found in results.overloads():
        yield from _overload(f"overload, {name}", found)
    if results.soak:
        yield _no_failure("soak: every request answered", results.soak, may_shed=False)
        if line := fit(results.soak.samples):
            yield _flat(line)


def _success(results: Results, requests: int) -> Goal:
    cells = list(results.rows(requests))
    worst = min(cells, key=lambda cell: cell.success)
    clients = ", ".join(str(each) for each in dict.fromkeys(cell.concurrency for cell in cells))
    return Goal(
        f"{requests:,} requests: 100 % answered, by {clients} clients",
        worst.success == 1,
        f"at least {100 * worst.success:.4g} %"
        f" ({worst.generator}, {worst.concurrency} clients), {_rates([c.rate for c in cells])};"
        f" {sum(cell.shed for cell in cells):,} sent again after a 503",
    )


def _rates(rates: Sequence[float]) -> str:
    return f"{min(rates):,.0f} to {max(rates):,.0f} a second"


def _overload(of: str, found: Overload) -> Iterator[Goal]:
    stream = found.overloaded
    offered = stream.answered + stream.shed + sum(stream.failed.values())
    times = offered / stream.seconds / found.capacity
    yield Goal(
        f"{of}: {TIMES_OFFERED:g} x what can be served is offered indeed",
        stream.unsent == 0 and times >= 0.99 * TIMES_OFFERED,
        f"{times:.2f} x {found.capacity:,.0f} a second; {stream.unsent:,} not sent;"
        f" 99 of 100 sent {stream.lag_p99:.1f} ms late at most",
    )
    name = f"{of}: no error but an honest 503 with Retry-After"
    yield _no_failure(name, stream, may_shed=True)
    ratio = stream.p99 / found.unloaded.p99 if found.unloaded.p99 else float("inf")
    yield Goal(
        f"{of}: p99 of what is served at most {_TIMES_UNLOADED:g} x unloaded",
        0 < ratio <= _TIMES_UNLOADED,
        f"{ratio:.2f} x ({stream.p99:.2f} against {found.unloaded.p99:.2f} ms)",
    )


def _no_failure(name: str, stream: Stream, *, may_shed: bool) -> Goal:
    failed = sum(stream.failed.values())
    reasons = "".join(f"; {count} x {reason}" for reason, count in stream.failed.items())
    holds = stream.answered > 0 and not failed and (may_shed or not stream.shed)
    figures = f"{stream.answered:,} answered, {stream.shed:,} shed, {failed:,} failed{reasons}"
    return Goal(name, holds, figures)


def _flat(line: Line) -> Goal:
    return Goal(
        f"soak: memory grows by at most {100 * _GROWTH:g} % (fitted line)",
        line.growth <= _GROWTH * line.mean,
        f"{line.growth:+.2f} MiB of {line.mean:.0f} in {line.end - line.start:.0f} s"
        f" ({line.slope:+.1f} MiB an hour)",
    )
