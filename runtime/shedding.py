"""uvicorn's HTTP protocol, which sheds the requests that are too many.

uvicorn's own limit of concurrency counts connections, and answers in plain text, after all that a
request costs. Here a request is shed as soon as its head is read, or unparsed.
"""

import asyncio
from typing import Any, cast

from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from runtime import raw_answers
from runtime.configuration import ServerConfig
from runtime.express import may_take
from runtime.transport import JoinedWrites
from runtime.unparsed import path_of_whole

# Seconds that a request may wait in an overload: as long as a few turns take.
_LATE = 0.008

# Who asks these wants to know of the overload, or would kill the process for not answering.
_NEVER_SHED = frozenset({"/health/live", "/health/ready", "/metrics"})


class SheddingProtocol(HttpToolsProtocol):
    """One connection. What is not shed goes the short way if it can.

    Attributes:
        was_muted: whether what is read now was there while the connection was muted.
        joined: what responses are written to.
    """

    joined: JoinedWrites

    def __init__(
        self,
        config: ServerConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        worker = config.worker
        self._admission, self._muted = worker.admission, worker.muted
        self._newcomers, self._express = worker.newcomers, worker.express
        self.was_muted = self._came_late = False
        self._is_parsing = False
        self._is_admitted = False  # before it is parsed
        self._is_answering = False
        self._begun: RequestResponseCycle | None = None  # its body has mostly come with its head
        self._heard_at = 0.0  # when the last request came that uvicorn does not know of

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it so
        """Begin; from here on the head of a response waits for its body."""
        self._admission.connections += 1
        self._came_late = self._newcomers.waited() > _LATE
        self._newcomers.have_come = True
        if self._newcomers.make_protocol is None:
            self._newcomers.make_protocol = self._another
        self.joined = JoinedWrites(transport)
        super().connection_made(self.joined)

    def _another(self) -> "SheddingProtocol":
        """Make the protocol of another connection to the same server."""
        config = cast("ServerConfig", self.config)
        return type(self)(config, self.server_state, self.app_state, self.loop)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._admission.connections -= 1
        self._leave()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Shed what has come, or parse it."""
        if not (self._admission.overloaded and self._sheds_unparsed(data)):
            self.parse(data)

    def parse(self, data: bytes) -> None:
        """Feed the parser, and have the request answered that it begins."""
        self._is_parsing = True
        super().data_received(data)
        self._is_parsing = False
        if self._begun is not None:
            begun, self._begun = self._begun, None
            self._start(begun)

    def is_between_requests(self) -> bool:
        """Whether what comes next through the connection is the beginning of a request."""
        cycle = self.cycle
        if cycle is not None and (cycle.more_body or not cycle.response_complete):
            return False
        return not self.pipeline and not self.transport.is_closing()

    def on_response_complete(self) -> None:
        """Send a head that no body followed, a response to HEAD; begin what was sent meanwhile."""
        self.joined.flush()
        self._leave()
        if self.pipeline:
            # Later: if the next is shed, this is called again from there, and by a long row of
            # such requests deeper than Python's stack.
            self.loop.call_soon(super().on_response_complete)
        else:
            super().on_response_complete()

    def mute(self) -> None:
        """Read nothing for a while, in which the connection does not count as idle."""
        self.flow.pause_reading()

    def unmute(self) -> None:
        """Read on."""
        if not self.transport.is_closing():
            self._heard_at = self.loop.time()
            self.flow.resume_reading()

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection, unless something came since uvicorn saw the last request end."""
        rest = self._heard_at + self.timeout_keep_alive - self.loop.time()
        if self.flow.read_paused:
            rest = self.timeout_keep_alive
        if rest > 0:
            self._close_when_idle(rest)
        else:
            super().timeout_keep_alive_handler()

    def _sheds_unparsed(self, data: bytes) -> bool:
        """Shed a request before it costs more, if it is a plain one; tell whether that was done."""
        if self.flow.write_paused or not self.is_between_requests():
            return False
        path = path_of_whole(data)
        if path is None or path in _NEVER_SHED:
            return False
        if self._admits():
            self._is_admitted = True
            return False
        too_many = self._admission.shed()
        self.joined.write_whole(raw_answers.shed(path))
        self._heard_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._close_when_idle(self.timeout_keep_alive)
        if too_many:
            self._muted.add(self)
        return True

    def _admits(self) -> bool:
        """Whether the request that has been read is to be answered."""
        came_late, self._came_late = self._came_late, False
        return self._admission.admits(is_late=came_late, was_muted=self.was_muted)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGIApp) -> None:  # type: ignore[override]  # uvicorn has types of its own for ASGI
        """Have a request answered, or shed it."""
        is_admitted, self._is_admitted = self._is_admitted, False
        is_admitted = is_admitted or self._admits()
        if is_admitted or cycle.scope["path"] in _NEVER_SHED:
            self._is_answering = True
            self._admission.enter()
            if not may_take(cycle):
                self._start_long(cycle)
            elif self._is_parsing:
                self._begun = cycle
            else:
                self._start(cycle)
        else:
            self._shed(cycle)

    def _start(self, cycle: RequestResponseCycle) -> None:
        """Have a request answered in the short way if that takes it."""
        if cycle.more_body or not self._express.add(cycle, self._sheds_late, self._start_long):
            self._start_long(cycle)

    def _start_long(self, cycle: RequestResponseCycle) -> None:
        """Have a request answered over ASGI."""
        super()._start_asgi_task(cycle, self.app)

    def _shed(self, cycle: RequestResponseCycle) -> None:
        """Answer below ASGI, whether or not the body has come."""
        cycle.response_started = cycle.response_complete = True
        # Who asked whether to send the body may send it or not: nobody could tell what comes next.
        # And answers to who does not read them would pile up.
        is_orderly = not (cycle.waiting_for_100_continue or self.flow.write_paused)
        keep_alive, is_head = cycle.keep_alive and is_orderly, cycle.scope["method"] == "HEAD"
        path = cycle.scope["path"]
        too_many = self._admission.shed()
        self.joined.write_whole(raw_answers.shed(path, keep_alive=keep_alive, is_head=is_head))
        if not keep_alive:
            self.transport.close()
        self.on_response_complete()
        if too_many and not self.flow.read_paused:
            self._muted.add(self)

    def _sheds_late(self, cycle: RequestResponseCycle, seconds: float) -> bool:
        """Shed a request that was taken on before it was an overload, and has waited since."""
        is_late = self._admission.overloaded and seconds > _LATE
        if is_late:
            self._shed(cycle)
        return is_late

    def _leave(self) -> None:
        """Count the request as over that is being answered, if there is one."""
        if self._is_answering:
            self._is_answering = False
            self._admission.leave()

    def _close_when_idle(self, seconds: float) -> None:
        call = self.loop.call_later(seconds, self.timeout_keep_alive_handler)
        self.timeout_keep_alive_task = call
