"""What a load report found; times are seconds or, where it says so, milliseconds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.timing import Machine

LOCUST, LEAN = "Locust", "lean generator"


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of requests by a number of clients that wait for their answers.

    Attributes:
        generator: `LOCUST` or `LEAN`.
        requests: how many.
        concurrency: how many clients.
        answered: how many requests had a right answer in the end.
        shed: how often one was answered with 503 and Retry-After, and so sent again.
        seconds: from the first that was sent to the last answer.
        p50: milliseconds of those that were answered; Locust knows whole ones only.
        p99: likewise.
        generator_cpu: share of a core that the generator used, 0 to 1.
        server_cpu: likewise, the service.
    """

    generator: str
    requests: int
    concurrency: int
    answered: int
    shed: int
    seconds: float
    p50: float
    p99: float
    generator_cpu: float
    server_cpu: float

    @property
    def success(self) -> float:
        """The share of requests that were answered, 0 to 1."""
        return self.answered / self.requests

    @property
    def rate(self) -> float:
        """Requests answered in a second."""
        return self.answered / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Moment:
    """What was seen in a while: requests a second, and milliseconds of those answered."""

    second: float
    answered: float
    shed: float
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Sample:
    """The service's memory at a time: resident MiB, of all its processes."""

    second: float
    rss: float


@dataclass(frozen=True, slots=True)
class Stream:
    """Requests at a steady rate.

    Attributes:
        rate: requests a second, offered.
        seconds: how long.
        answered: how many had a right answer.
        shed: how many were answered with 503 and Retry-After.
        failed: what went wrong with the others, and how often.
        unsent: how many the generator could not send.
        p50: milliseconds of those answered.
        p99: likewise.
        shed_p99: likewise, until a 503 came.
        lag_p99: milliseconds that 99 of 100 were sent late at most.
        generator_cpu: share of a core that the generator used, 0 to 1.
        server_cpu: likewise, the service.
        moments: the same over time.
        samples: the service's memory over time.
    """

    rate: float
    seconds: float
    answered: int
    shed: int
    failed: Mapping[str, int]
    unsent: int
    p50: float
    p99: float
    shed_p99: float
    lag_p99: float
    generator_cpu: float
    server_cpu: float
    moments: tuple[Moment, ...]
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Overload:
    """More than can be served.

    Attributes:
        capacity: requests a second that the service answers, at most.
        unloaded: a tenth of that.
        overloaded: a multiple of that.
    """

    capacity: float
    unloaded: Stream
    overloaded: Stream


@dataclass(frozen=True, slots=True)
class Results:
    """All figures; a part that has not been measured is empty or None.

    Attributes:
        machine: what it ran on.
        cores: on which core the service ran, and on which the generator.
        dates: when each part was measured, as YYYY-MM-DD.
        cells: requests by waiting clients.
        overload: three times what can be served, of single texts.
        mixed: likewise, of single texts and batches.
        soak: half of what can be served, for long.
    """

    machine: Machine
    cores: Mapping[str, int | None]
    dates: Mapping[str, str]
    cells: tuple[Cell, ...] = ()
    overload: Overload | None = None
    mixed: Overload | None = None
    soak: Stream | None = None

    def overloads(self) -> Iterator[tuple[str, Overload]]:
        """Yield those that were measured, with what each is of."""
        for name, found in (("single texts", self.overload), ("texts and batches", self.mixed)):
            if found:
                yield name, found

    def rows(self, requests: int) -> Iterator[Cell]:
        """Yield the cells of so many requests."""
        return (cell for cell in self.cells if cell.requests == requests)
