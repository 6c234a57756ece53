"""What a run of the server's benchmark found; times are milliseconds unless it says otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from bench.timing import Machine


@dataclass(frozen=True, slots=True)
class Turn:
    """Some seconds of one server under all the load that it takes.

    Attributes:
        rate: requests a second.
        p50: of the time from a request to its answer, as p99.
        p99: likewise.
        requests: how many there were.
        errors: wrong answers, statuses other than 200, and broken or late connections.
        generator: the share of its core that the generator took.
        server_cpu: microseconds of CPU time a request that all processes of the server took.
    """

    rate: float
    p50: float
    p99: float
    requests: int
    errors: int
    generator: float
    server_cpu: float


@dataclass(frozen=True, slots=True)
class Row:
    """One server under one kind of request; `problem` says why it has no turns, or fewer."""

    server: str
    kind: str
    texts: int
    turns: tuple[Turn, ...]
    problem: str | None = None

    @property
    def rate(self) -> float:
        """The median of requests a second.

        Raises:
            statistics.StatisticsError: there is no turn.
        """
        return median(turn.rate for turn in self.turns)

    @property
    def p50(self) -> float:
        """The median of the turns' medians."""
        return median(turn.p50 for turn in self.turns)

    @property
    def p99(self) -> float:
        """The median of the turns' 99th percentiles."""
        return median(turn.p99 for turn in self.turns)

    @property
    def server_cpu(self) -> float:
        """The median of CPU microseconds a request."""
        return median(turn.server_cpu for turn in self.turns)

    @property
    def generator(self) -> float:
        """The most that the generator took of its core."""
        return max(turn.generator for turn in self.turns)

    @property
    def errors(self) -> int:
        """All errors of all turns."""
        return sum(turn.errors for turn in self.turns)


@dataclass(frozen=True, slots=True)
class HalfLoad:
    """This service at half of what it can: single texts at random times.

    Attributes:
        rate: requests a second that were offered.
        p50: of the time from when a request was due to its answer, as p90 and p99.
        p90: likewise.
        p99: likewise.
        requests: how many there were.
        errors: answers that were not the graph's.
    """

    rate: float
    p50: float
    p90: float
    p99: float
    requests: int
    errors: int


@dataclass(frozen=True, slots=True)
class Results:
    """All figures of a run.

    Attributes:
        machine: what it ran on.
        date: when, as YYYY-MM-DD.
        server_core: where the servers ran.
        generator_core: where the requests came from.
        seconds: of a turn.
        connections: that were open at a time.
        absent: servers that could not be had at all, and why.
        servers: what their names stand for, by name.
        descriptions: how they were started.
        versions: of what they are made of.
        rows: one for each server and kind of request.
        half_load: of this service, if it was measured; single texts.
        service_ms: times of this service for a single text when nothing else is asked: a sample.
    """

    machine: Machine
    date: str
    server_core: int
    generator_core: int
    seconds: int
    connections: int
    absent: Mapping[str, str]
    servers: Mapping[str, str]
    descriptions: Mapping[str, str]
    versions: Mapping[str, Mapping[str, str]]
    rows: tuple[Row, ...]
    half_load: HalfLoad | None
    service_ms: Sequence[float]

    def find(self, server: str, kind: str) -> Row | None:
        """Return a row that has figures, or None."""
        for row in self.rows:
            if (row.server, row.kind) == (server, kind) and row.turns:
                return row
        return None
