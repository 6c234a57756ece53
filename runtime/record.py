"""What is known of one request, gathered while it is served and logged at its end."""

import itertools
import os
import re
from collections.abc import Sequence

import msgspec
from starlette.types import Scope

from runtime.drift import NO_DRIFT, Drift

NO_ANSWER = 499  # nginx's code for a client that went away; never sent

_KEY = "fintone.record"
# What tracing systems send, X-Ray's "Root=1-…;Sampled=1" included, and nothing that could end a
# header or a log line.
_SANE_ID = re.compile(rb"[A-Za-z0-9._:;,=/+@-]{1,128}")

# An id of our own is this process's random part and a count: no system call for each request.
_PROCESS = os.urandom(12).hex().encode("ascii")
_count = itertools.count(1).__next__


class Record(msgspec.Struct):
    """One request: filled in by the middleware and the endpoint that serve it."""

    request_id: bytes
    status: int = NO_ANSWER
    texts: Sequence[str] = ()
    labels: Sequence[str] = ()
    drift: Drift = NO_DRIFT
    error: str | None = None
    trace: bytes = b""

    @property
    def answered(self) -> bool:
        """Whether the response has started."""
        return self.status != NO_ANSWER


def open_record(scope: Scope) -> Record:
    """Attach a new record to a request; its id is the caller's where that is sane."""
    caller = trace = b""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SANE_ID.fullmatch(value):
            caller = bytes(value)
        elif name == b"x-amzn-trace-id" and _SANE_ID.fullmatch(value):
            trace = bytes(value)
    scope[_KEY] = record = Record(caller or _invocation(scope) or trace or _new_id(), trace=trace)
    return record


def record_of(scope: Scope) -> Record:
    """Return the record that `open_record` attached."""
    record: Record = scope[_KEY]
    return record


def _invocation(scope: Scope) -> bytes:
    """Return the id of the Lambda invocation that Mangum took this request from, if one did.

    It goes before an id of our own, as environments that are restored from one SnapStart snapshot
    share this process's random part.
    """
    context = scope.get("aws.context")
    return b"" if context is None else context.aws_request_id.encode("ascii")


def _new_id() -> bytes:
    return b"%s%08x" % (_PROCESS, _count())
