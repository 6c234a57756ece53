"""The short way for what most requests are: a text, or some, for /v1/classify.

What has come of them is decoded, asked of the graph some at a time, and answered, all below ASGI.
That spares a task, ASGI's messages and a second look at the headers; and a text in a run of many
takes the graph a third of the time that it takes alone. And requests wait where their age is known:
in an overload those that have waited for long are shed.

Whatever is out of the ordinary goes the long way, which refuses, and fails, as it always does.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple, cast

import msgspec
from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from runtime.api import CLASSIFY, Service, classify_codec
from runtime.body import check_headers, is_json
from runtime.logs import LogLines
from runtime.problems import Refusal
from runtime.raw_answers import answered
from runtime.record import Record, open_record
from runtime.schema import ClassifyRequest

if TYPE_CHECKING:
    from runtime.transport import JoinedWrites

_NOT_JSON = ""  # nobody reads it: the long way says it

# Texts of one run. A headline takes 42 µs alone, 13 among 16, and among 200 as well: more gain
# nothing, and so the event loop may read and write again after a millisecond.
_TEXTS = 16
# Bytes of the longest body, some 500 headlines. A longer one mostly comes in several pieces, and
# what the short way saves is nothing beside what it takes.
_LONGEST_BODY = 65_536

LongWay = Callable[[RequestResponseCycle], None]
ShedsLate = Callable[[RequestResponseCycle, float], bool]


class _Ask(NamedTuple):
    """A request, its texts, when it began, what sheds it late, and what else can answer it."""

    cycle: RequestResponseCycle
    request: ClassifyRequest
    texts: Sequence[str]
    started: float
    sheds_late: ShedsLate
    long_way: LongWay


class Express:
    """Answers plain requests for /v1/classify of one worker.

    Args:
        service: checks texts, and has the model.
        lines: where each request is logged.
        check: raises Refusal where a request may not be answered: its key is missing.
        limit: the longest body, in bytes.
        call_soon: has a function called when the event loop has read what there was to read.
    """

    def __init__(
        self,
        service: Service,
        lines: LogLines,
        check: Callable[[Scope], None],
        limit: int,
        call_soon: Callable[[Callable[[], None]], object],
    ) -> None:
        self._service = service
        self._lines = lines
        self._check = check
        self._limit = min(limit, _LONGEST_BODY)
        self._call_soon = call_soon
        self._asks: deque[_Ask] = deque()
        self._left = 0  # how many of them were left from turns before
        self._turned = 0.0  # when the event loop began to read, as far as this knows
        self._encode = msgspec.json.Encoder().encode

    def add(self, cycle: RequestResponseCycle, sheds_late: ShedsLate, long_way: LongWay) -> bool:
        """Take a request on that has been read to its end; False if it has to go the long way.

        Args:
            cycle: a request of which `may_take` is true.
            sheds_late: sheds the request if the seconds that it has waited are too many now, and
                tells.
            long_way: has the request answered over ASGI, should this way fail.
        """
        started = perf_counter()
        # Who does not read what was answered is not to be answered more: the long way waits.
        if len(cycle.body) > self._limit or cycle.flow.write_paused:
            return False
        try:
            request, texts = self._read(cycle)
        except Refusal:  # the long way says it
            return False
        if not self._asks:
            self._turned = started
            self._call_soon(self._answer_some)
        self._asks.append(_Ask(cycle, request, texts, started, sheds_late, long_way))
        return True

    def _read(self, cycle: RequestResponseCycle) -> tuple[ClassifyRequest, Sequence[str]]:
        scope = _scope(cycle)
        self._check(scope)
        check_headers(scope, self._limit, is_json, _NOT_JSON)
        request = classify_codec.decode(bytes(cycle.body))
        return request, self._service.texts_of(request)

    def _answer_some(self) -> None:
        """Answer for as long as was read: shedding what comes must not hold up what was taken."""
        began = perf_counter()
        until = began + (began - self._turned)
        self._answer_run()
        while self._asks and perf_counter() < until:
            self._answer_run()
        self._left = len(self._asks)
        if self._asks:
            self._turned = perf_counter()
            self._call_soon(self._answer_some)

    def _answer_run(self) -> None:
        now, reachable = perf_counter(), []
        for ask in self._next():
            # Those of this turn are few in an overload, and have waited for it to be read alone.
            was_left, self._left = self._left > 0, self._left - 1
            if ask.cycle.transport.is_closing():
                self._log(ask, open_record(_scope(ask.cycle)))
            elif not (was_left and ask.sheds_late(ask.cycle, now - ask.started)):
                reachable.append(ask)
        if reachable:
            self._answer(reachable)

    def _next(self) -> Iterator[_Ask]:
        """Take the next from those that wait: one, or as many as have so many texts together."""
        texts = 0
        while self._asks and (texts == 0 or texts + len(self._asks[0].texts) <= _TEXTS):
            ask = self._asks.popleft()
            texts += len(ask.texts)
            yield ask

    def _answer(self, asks: Sequence[_Ask]) -> None:
        try:
            scores = self._service.model.classify([text for ask in asks for text in ask.texts])
            replies, stop = [], 0
            for ask in asks:
                start, stop = stop, stop + len(ask.texts)
                part = scores.part(start, stop)
                replies.append(self._service.reply(ask.request, ask.texts, part))
            bodies = [self._encode(reply.answer) for reply in replies]
        except Exception:  # noqa: BLE001 - whatever it is, the long way logs whose fault it was
            for ask in asks:
                ask.long_way(ask.cycle)
            return
        for ask, reply, body in zip(asks, replies, bodies, strict=True):
            record = open_record(_scope(ask.cycle))
            record.status = 200
            reply.note(record)
            _send(ask.cycle, body, record.request_id)
            self._log(ask, record)

    def _log(self, ask: _Ask, record: Record) -> None:
        milliseconds = 1000 * (perf_counter() - ask.started)
        self._lines.request(record, "POST", CLASSIFY, milliseconds)


def may_take(cycle: RequestResponseCycle) -> bool:
    """Whether a request of which only the head is known can go the short way."""
    return cycle.scope["path"] == CLASSIFY and cycle.scope["method"] == "POST"


def _scope(cycle: RequestResponseCycle) -> Scope:
    return cast("Scope", cycle.scope)  # uvicorn has types of its own for ASGI


def _send(cycle: RequestResponseCycle, body: bytes, request_id: bytes) -> None:
    """Send an answer, and leave uvicorn's cycle as it is left after the last message of ASGI."""
    cycle.response_started = cycle.response_complete = True
    headers = (*cycle.default_headers, (b"x-request-id", request_id))
    transport = cast("JoinedWrites", cycle.transport)
    transport.write_whole(answered(body, headers, keep_alive=cycle.keep_alive))
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
