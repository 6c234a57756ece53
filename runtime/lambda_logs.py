"""The log in Lambda: the same lines, named as CloudWatch reads them, with AWS's own ids."""

import os
import re
from datetime import UTC, datetime

import msgspec

from runtime.lambda_metrics import members
from runtime.logs import EventLine, LogLines, RequestLine
from runtime.record import Record

_ROOT = re.compile(r"Root=([0-9A-Za-z-]{1,64})")
_LEVELS = {"warning": "WARN", "critical": "FATAL"}


# Where the function's log format is JSON, Lambda filters by `timestamp` and `level`, and adds its
# own where one is missing or unknown to it:
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
class InvocationLine(RequestLine, frozen=True, omit_defaults=True, kw_only=True):
    """The line of one invocation."""

    time: datetime = msgspec.field(name="timestamp")
    aws_request_id: str | None = None
    xray_trace_id: str | None = None


class EnvironmentLine(EventLine, frozen=True, omit_defaults=True, kw_only=True):
    """A line of the execution environment itself."""

    time: datetime = msgspec.field(name="timestamp")


class InvocationLines(LogLines):
    """Writes the lines of one execution environment, which answers one event at a time.

    Args:
        descriptor: the file descriptor to write to; None writes nothing.
        function: the name of the Lambda function, which its metrics have; None: there are none.
        log_text: whether a request's line holds the texts themselves.

    Attributes:
        aws_request_id: the id of the event that is being answered.
    """

    def __init__(
        self, descriptor: int | None, function: str | None = None, *, log_text: bool = False
    ) -> None:
        super().__init__(descriptor, log_text=log_text)
        self.aws_request_id: str | None = None
        self._function = function

    def request(self, record: Record, method: str, route: str | None, milliseconds: float) -> None:
        """Write the line of an invocation that is over."""
        line = self._line(record, method, route, milliseconds)
        fields = msgspec.structs.asdict(line) | {
            "level": _level(line.level),
            "aws_request_id": self.aws_request_id,
            "xray_trace_id": _trace(record),
        }
        self._write(InvocationLine(**fields), self._metrics(line, record))

    def _metrics(self, line: RequestLine, record: Record) -> dict[str, object] | None:
        if self._function is None or not line.labels:
            return None
        return members(line.labels, record.drift, self._function, line.time)

    def event(self, level: str, message: str, error: str | None = None) -> None:
        """Write a line of the execution environment itself."""
        time = datetime.now(UTC)
        self._write(EnvironmentLine(time=time, level=_level(level), message=message, error=error))


def _level(name: str) -> str:
    return _LEVELS.get(name, name.upper())


def _trace(record: Record) -> str | None:
    """Find the trace's id: awslambdaric sets the variable, whoever sends HTTP the header."""
    sent = os.environ.get("_X_AMZN_TRACE_ID") or record.trace.decode("ascii")
    found = _ROOT.search(sent)
    return found[1] if found else None
