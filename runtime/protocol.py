"""uvicorn's HTTP protocol, with the bounds on a request that it leaves open.

uvicorn on httptools waits for ever for the rest of a request and stores headers without end
(its h11 protocol bounds them), and answers what is not HTTP in plain text. Its own limit of
concurrency counts connections, and answers in plain text too, after all that a request costs.
"""

import asyncio
from typing import Any, cast

from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from runtime import raw_answers
from runtime.configuration import ServerConfig
from runtime.express import may_take
from runtime.problems import Refusal
from runtime.transport import JoinedWrites
from runtime.unparsed import path_of_whole

# A body may come in chunks of one byte, which take six on the wire.
_CHUNK_OVERHEAD = 8

# Seconds that a request may wait in an overload: as long as a few turns take.
_LATE = 0.008

# Who asks these wants to know of the overload, or would kill the process for not answering.
_NEVER_SHED = frozenset({"/health/live", "/health/ready", "/metrics"})


class BoundedProtocol(HttpToolsProtocol):
    """One connection.

    A request's head is bounded in bytes, the whole of a request in seconds; and a request that is
    one too many is shed as soon as its head is read.
    """

    def __init__(
        self,
        config: ServerConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._max_head_bytes = config.settings.max_head_bytes
        self._max_bytes = self._max_head_bytes + _CHUNK_OVERHEAD * config.settings.max_body_bytes
        self._receive_seconds = config.settings.receive_seconds
        self._received = 0  # bytes of a request that is not complete
        self._deadline: asyncio.TimerHandle | None = None
        self._admission = config.worker.admission
        self._muted = config.worker.muted
        self._is_answering = False
        self._is_admitted = False  # before it is parsed
        self._express = config.worker.express
        self._newcomers = config.worker.newcomers
        self._is_parsing = False
        self._begun: RequestResponseCycle | None = None  # its body has mostly come with its head
        self.is_late = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it so
        """Begin; from here on the head of a response waits for its body."""
        self._admission.connections += 1
        if self._newcomers.make_protocol is None:
            self._newcomers.make_protocol = self._another
        super().connection_made(JoinedWrites(transport))

    def _another(self) -> "BoundedProtocol":
        """Make the protocol of another connection to the same server."""
        config = cast("ServerConfig", self.config)
        return BoundedProtocol(config, self.server_state, self.app_state, self.loop)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; then see what the request still owes, which mostly is nothing."""
        if self._admission.overloaded and self._sheds_unparsed(data):
            return
        self._is_parsing = True
        super().data_received(data)
        self._is_parsing = False
        if self._begun is not None:
            begun, self._begun = self._begun, None
            self._start(begun)
        cycle = self.cycle
        if cycle is None or cycle.more_body or cycle.scope is not self.scope:
            self._await_rest(len(data))
        elif self._deadline is not None:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._admission.connections -= 1
        self._leave()
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_complete(self) -> None:
        """Note that nothing is owed any more; uvicorn does not where the answer came first."""
        self.cycle.more_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Send a head that no body followed, a response to HEAD; begin what was sent meanwhile."""
        cast("JoinedWrites", self.transport).flush()
        self._leave()
        if self.pipeline:
            # Later: if the next is shed, this is called again from there, and by a long row of
            # such requests deeper than Python's stack.
            self.loop.call_soon(super().on_response_complete)
        else:
            super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP; uvicorn calls this where its parser gives up."""
        self._refuse(Refusal(400, f"{msg} Send a request of HTTP/1.1."))

    def _sheds_unparsed(self, data: bytes) -> bool:
        """Shed a request before it costs more, if it is a plain one; tell whether that was done."""
        if not self._is_between_requests() or self.flow.write_paused:
            return False
        path = path_of_whole(data)
        if path is None or path in _NEVER_SHED:
            return False
        if self._admission.admits(is_late=self.is_late):
            self._is_admitted = True
            return False
        self._tell_shed(path)
        return True

    def _is_between_requests(self) -> bool:
        """Whether what comes next through the connection is the beginning of a request."""
        cycle = self.cycle
        if cycle is not None and (cycle.more_body or not cycle.response_complete):
            return False
        return self._deadline is None and not self.pipeline and not self.transport.is_closing()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGIApp) -> None:  # type: ignore[override]  # uvicorn has types of its own for ASGI
        """Have a request answered, or shed it."""
        is_admitted, self._is_admitted = self._is_admitted, False
        is_admitted = is_admitted or self._admission.admits(is_late=self.is_late)
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
        self._tell_shed(
            cycle.scope["path"],
            keep_alive=cycle.keep_alive and is_orderly,
            is_head=cycle.scope["method"] == "HEAD",
        )

    def _tell_shed(self, path: str, *, keep_alive: bool = True, is_head: bool = False) -> None:
        """Send a 503; who asks on at once has to wait, if that is done too often."""
        too_many = self._admission.shed()
        self.transport.write(raw_answers.shed(path, keep_alive=keep_alive, is_head=is_head))
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

    def mute(self) -> None:
        """Read nothing for a while, in which the connection does not count as idle."""
        self._unset_keepalive_if_required()
        self.flow.pause_reading()

    def unmute(self) -> None:
        """Read on."""
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self._is_between_requests() and self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def _await_rest(self, size: int) -> None:
        """Bound a request that has come in part: its head in bytes, all of it in time."""
        self._received += size
        if self._received > (self._max_bytes if self._in_body() else self._max_head_bytes):
            # In a body these are trailers or chunk extensions: its own length ends in 413 before.
            detail = f"The headers are over {self._max_head_bytes} bytes: send fewer or shorter."
            self._refuse(Refusal(431, detail))
        elif self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(self._receive_seconds, self._give_up)

    def _give_up(self) -> None:
        detail = f"The request took over {self._receive_seconds} s to arrive: send it at once."
        self._refuse(Refusal(408, detail))

    def _stop_waiting(self) -> None:
        self._received = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, refusal: Refusal) -> None:
        """Answer below ASGI, and close; only close where the application has begun to answer."""
        self._stop_waiting()
        if self._may_answer():
            self.transport.write(raw_answers.refused(refusal))
        self.transport.close()

    def _in_body(self) -> bool:
        """Whether the head of the request that is being received has been read."""
        return self.cycle is not None and self.cycle.scope is self.scope

    def _may_answer(self) -> bool:
        """Whether the request that is being received is the next to be answered, and is not yet."""
        if self.transport.is_closing():
            return False
        if self._in_body():
            return not self.cycle.response_started and not self.pipeline
        return self.cycle is None or self.cycle.response_complete
