"""One HTTP/1.1 connection of the load generator, with one request under way at a time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import httptools


@dataclass(slots=True)
class Answer:
    """An answer as it came; header names are in lower case."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


OnEnd = Callable[[Answer | None], None]


class Connection(asyncio.Protocol):
    """Sends requests, and says when each has been answered, or that it will not be.

    Attributes:
        is_open: whether another request can be sent.
    """

    def __init__(self) -> None:
        self.is_open = False
        self._transport: asyncio.Transport | None = None
        self._answer = Answer()
        self._on_end: OnEnd | None = None
        self._parser = httptools.HttpResponseParser(self)

    def send(self, content: bytes, on_end: OnEnd) -> None:
        """Send one request; the one before it has been answered.

        Args:
            content: all of it.
            on_end: called with the answer; with None if there will be none.
        """
        self._answer, self._on_end = Answer(), on_end
        if self._transport is None or not self.is_open:
            self._end(None)
        else:
            self._transport.write(content)

    async def ask(self, content: bytes) -> Answer | None:
        """Send one request, and return its answer; None if there will be none."""
        answered: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self.send(content, answered.set_result)
        return await answered

    def close(self) -> None:
        """Close it; what is under way will not be answered."""
        self.is_open = False
        if self._transport is not None:
            self._transport.close()

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what it is written to."""
        # uvloop's transports are of no class of asyncio's.
        self._transport = transport  # type: ignore[assignment]  # see above
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        """Parse what has come; where it is not HTTP, the connection ends."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give up what is under way."""
        self.is_open = False
        self._end(None)

    # What the parser calls

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        self._answer.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body."""
        self._answer.body += body

    def on_message_complete(self) -> None:
        """Hand the answer over."""
        self._answer.status = self._parser.get_status_code()
        if not self._parser.should_keep_alive():
            self.close()
        self._end(self._answer)

    def _end(self, answer: Answer | None) -> None:
        on_end, self._on_end = self._on_end, None
        if on_end is not None:
            on_end(answer)
