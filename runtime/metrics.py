"""What a worker counts: plain numbers, since each request pays for them.

prometheus-client's own counters take a lock for each step and, with several processes, write into a
mapped file: some eight steps, and 15 µs of the 140 that a request takes. These numbers take 1 µs by
themselves and 3 amid the rest; runtime/metrics_page.py has the library write them down.
"""

import operator
from bisect import bisect_left
from collections.abc import Iterable

import msgspec

from runtime.drift import NO_DRIFT
from runtime.record import Record

# Upper bounds, in milliseconds. A text takes about 0.1 ms, 512 of them some 10.
BOUNDS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)

# Whatever path was asked for that no route has: a label of its own for each would have no end.
_NO_ROUTE = "unknown"

# How many requests took up to each of BOUNDS, how many took longer, and milliseconds in all.
Durations = list[float]


class Counts(msgspec.Struct):
    """What a worker has counted since it started.

    Attributes:
        requests: how long answered requests took, by route, method and status.
        labels: texts that got a label, by label.
        words: the texts' words, as the graph sees them.
        unknown_words: those that its vocabulary does not have.
        confidence: sum of the scores of the labels that were answered.
        shed: requests that were answered with 503, as there were too many.
        in_flight: requests that are under way now.
    """

    requests: dict[tuple[str, str, int], Durations] = {}
    labels: dict[str, int] = {}
    words: int = 0
    unknown_words: int = 0
    confidence: float = 0.0
    shed: int = 0
    in_flight: int = 0

    def count(self, record: Record, method: str, route: str | None, milliseconds: float) -> None:
        """Count a request that is over."""
        key = (route or _NO_ROUTE, method, record.status)
        durations = self.requests.get(key)
        if durations is None:
            durations = self.requests[key] = no_durations()
        durations[bisect_left(BOUNDS, milliseconds)] += 1
        durations[-1] += milliseconds
        for label in record.labels:
            self.labels[label] = self.labels.get(label, 0) + 1
        drift = record.drift
        if drift is not NO_DRIFT:
            self.words += drift.words
            self.unknown_words += drift.unknown_words
            self.confidence += drift.confidence


def no_durations() -> Durations:
    """Return the durations of no request."""
    return [0.0] * (len(BOUNDS) + 2)


def total(parts: Iterable[Counts]) -> Counts:
    """Add up what several workers have counted."""
    result = Counts()
    for part in parts:
        for key, durations in part.requests.items():
            add(result.requests.setdefault(key, no_durations()), durations)
        for label, number in part.labels.items():
            result.labels[label] = result.labels.get(label, 0) + number
        for name in ("words", "unknown_words", "confidence", "shed", "in_flight"):
            setattr(result, name, getattr(result, name) + getattr(part, name))
    return result


def add(sums: Durations, durations: Durations) -> None:
    """Add durations to others."""
    sums[:] = map(operator.add, sums, durations)
