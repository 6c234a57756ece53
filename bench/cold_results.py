"""What a run of the cold start's benchmark found; times are milliseconds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

from bench.timing import Machine


@dataclass(frozen=True, slots=True)
class Start:
    """One fresh start: INIT, the first invocation, and the median of warm ones after it."""

    init: float
    first: float
    warm: float

    @property
    def ratio(self) -> float:
        """How many times as long as a warm invocation the first one took."""
        return self.first / self.warm


@dataclass(frozen=True, slots=True)
class Row:
    """One function under one limit; `problem` says why it has no starts, or fewer."""

    function: str
    place: str
    limit: str
    starts: tuple[Start, ...]
    problem: str | None = None

    def median(self, value: Callable[[Start], float]) -> float:
        """Return the median of one figure of all starts.

        Raises:
            statistics.StatisticsError: there is no start.
        """
        return median(map(value, self.starts))

    @property
    def init(self) -> float:
        """The median INIT."""
        return self.median(lambda start: start.init)

    @property
    def first(self) -> float:
        """The median first invocation."""
        return self.median(lambda start: start.first)

    @property
    def warm(self) -> float:
        """The median of each start's median warm invocation."""
        return self.median(lambda start: start.warm)

    @property
    def ratio(self) -> float:
        """The median of the first invocation as a multiple of a warm one in the same start."""
        return self.median(lambda start: start.ratio)


@dataclass(frozen=True, slots=True)
class HttpPath:
    """Microseconds of a Function URL event's way through the handler and back, when warm."""

    p50: float
    p99: float
    calls: int


@dataclass(frozen=True, slots=True)
class Results:
    """All figures of a run.

    Attributes:
        machine: what it ran on.
        date: when, as YYYY-MM-DD.
        functions: what their names stand for, as in `places` and `limits`.
        absent: what could not be had at all, and why.
        rows: one for each function in each place under each limit.
        http_path: the handler alone.
    """

    machine: Machine
    date: str
    functions: Mapping[str, str]
    places: Mapping[str, str]
    limits: Mapping[str, str]
    absent: Mapping[str, str]
    rows: tuple[Row, ...]
    http_path: HttpPath

    def find(self, function: str, place: str, limit: str) -> Row | None:
        """Return a row that has figures, or None."""
        for row in self.rows:
            if (row.function, row.place, row.limit) == (function, place, limit) and row.starts:
                return row
        return None
