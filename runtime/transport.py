"""Joins the head of a response and its body into one write."""

import asyncio


class JoinedWrites(asyncio.Transport):
    """A transport that keeps the head of a response until its body, or the end, comes.

    uvicorn writes the two apart, and uvloop sends each write at once: two system calls, two
    packets, and a client that is woken twice. That was a tenth of what a request cost.

    Args:
        transport: what the bytes go through.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport = transport
        self._head = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes, or keep them where they are the head of a final response."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head + data)
        elif data[:9] == b"HTTP/1.1 " and data[9:10] != b"1":
            self._head = bytes(data)
        else:
            self._transport.write(data)

    def write_whole(self, response: bytes) -> None:
        """Send a response that is whole."""
        self.flush()
        self._transport.write(response)

    def flush(self) -> None:
        """Send what is kept."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        """Send what is kept, and close when all is sent."""
        self.flush()
        self._transport.close()

    def is_closing(self) -> bool:
        """Pass on."""
        return self._transport.is_closing()

    def get_extra_info(self, _name: str, default: object = None) -> object:
        """Tell nothing: nobody uses addresses, and they are a tenth of what a connection costs."""
        return default

    def pause_reading(self) -> None:
        """Pass on."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Pass on."""
        self._transport.resume_reading()
