"""The log: one line of JSON for each request, and for what the server itself has to say."""

import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from runtime.record import Record

# Record, method, route and milliseconds of a request.
Count = Callable[[Record, str, str | None, float], None]


class RequestLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """The line of one request. `route` is the template, absent where no route matched."""

    time: datetime
    level: str
    request_id: str
    method: str
    status: int
    ms: float
    route: str | None = None
    texts: int = 0
    labels: dict[str, int] | None = None
    text: Sequence[str] | None = None
    error: str | None = None


class EventLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the server: starts, stops, requests that were not HTTP."""

    time: datetime
    level: str
    message: str
    error: str | None = None


class LogLines:
    """Writes lines, each with one call, so that lines of several workers do not mix.

    Args:
        descriptor: the file descriptor to write to; None writes nothing.
        log_text: whether a request's line holds the texts themselves.
        count: is told of each request as well, if it is given.
    """

    def __init__(
        self, descriptor: int | None, *, log_text: bool = False, count: Count | None = None
    ) -> None:
        self._descriptor = descriptor
        self._log_text = log_text
        self._count = count
        self._encoder = msgspec.json.Encoder()

    def request(self, record: Record, method: str, route: str | None, milliseconds: float) -> None:
        """Write the line of a request that is over, and have it counted."""
        self._write(self._line(record, method, route, milliseconds))
        if self._count is not None:
            self._count(record, method, route, milliseconds)

    def event(self, level: str, message: str, error: str | None = None) -> None:
        """Write a line of the server itself."""
        self._write(EventLine(datetime.now(UTC), level, message, error))

    def _line(
        self, record: Record, method: str, route: str | None, milliseconds: float
    ) -> RequestLine:
        return RequestLine(
            datetime.now(UTC),
            "error" if record.error else "info",
            record.request_id.decode("ascii"),
            method,
            record.status,
            round(milliseconds, 3),
            route,
            len(record.texts),
            _count(record.labels) if record.labels else None,
            record.texts if self._log_text and record.texts else None,
            record.error,
        )

    def _write(self, line: msgspec.Struct, members: Mapping[str, object] | None = None) -> None:
        """Write a line, with members beside those that its type has, if there are any."""
        if self._descriptor is None:
            return
        content = self._encoder.encode(line)
        if members:
            content = content[:-1] + b"," + self._encoder.encode(members)[1:]
        content += b"\n"
        try:
            while content:
                content = content[os.write(self._descriptor, content) :]
        except OSError:
            # Whoever read the log is gone, or its disk is full: serving matters more than telling.
            return


class LogHandler(logging.Handler):
    """Sends records of Python's logging, which uvicorn uses, to the same lines."""

    def __init__(self, lines: LogLines) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        error = logging.Formatter().formatException(record.exc_info) if record.exc_info else None
        self._lines.event(record.levelname.lower(), record.getMessage().strip(), error)


def standard_output() -> int | None:
    """Return the descriptor of the standard output, None where the process was given none."""
    return None if sys.__stdout__ is None else sys.__stdout__.fileno()


def _count(labels: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for label in labels:
        counts[label] = counts.get(label, 0) + 1
    return counts
