"""uvicorn's HTTP protocol, with the bounds on a request that it leaves open.

uvicorn on httptools waits for ever for the rest of a request and stores headers without end
(its h11 protocol bounds them), and answers what is not HTTP in plain text.
"""

import asyncio
from typing import Any

from uvicorn.server import ServerState

from runtime import raw_answers
from runtime.configuration import ServerConfig
from runtime.problems import Refusal
from runtime.shedding import SheddingProtocol

# A body may come in chunks of one byte, which take six on the wire.
_CHUNK_OVERHEAD = 8


class BoundedProtocol(SheddingProtocol):
    """One connection: a request's head is bounded in bytes, the whole of a request in seconds."""

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

    def parse(self, data: bytes) -> None:
        """Feed the parser; then see what the request still owes, which mostly is nothing."""
        super().parse(data)
        cycle = self.cycle
        if cycle is None or cycle.more_body or cycle.scope is not self.scope:
            self._await_rest(len(data))
        elif self._deadline is not None:
            self._stop_waiting()

    def is_between_requests(self) -> bool:
        """Whether what comes next through the connection is the beginning of a request."""
        return super().is_between_requests() and self._deadline is None

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_complete(self) -> None:
        """Note that nothing is owed any more; uvicorn does not where the answer came first."""
        self.cycle.more_body = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP; uvicorn calls this where its parser gives up."""
        self._refuse(Refusal(400, f"{msg} Send a request of HTTP/1.1."))

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
            self.joined.write_whole(raw_answers.refused(refusal))
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
