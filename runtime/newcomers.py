"""Connections that wait to be accepted while turns of the event loop are long.

libuv accepts one connection a turn for each descriptor that listens
(https://github.com/libuv/libuv/pull/3696). Under load a turn takes long, so a thousand clients that
come at once would be accepted one after the other for seconds, and an overload by them would not be
seen for as long.
"""

import asyncio
import socket
from collections.abc import Callable

_A_SECOND = 16_000  # connections that are accepted at most while turns are long


class Newcomers:
    """Accepts for one worker, beside its event loop.

    Attributes:
        listener: what listens; it stays the server's to close.
        make_protocol: makes what a connection is answered by; None until one has come.
    """

    listener: socket.socket | None
    make_protocol: Callable[[], asyncio.Protocol] | None

    def __init__(self) -> None:
        self.listener = self.make_protocol = None
        self._joining: set[asyncio.Task[object]] = set()  # or they might be collected

    def accept(self, seconds: float) -> None:
        """Accept as many connections as are due after a turn of so many seconds."""
        if self.listener is None or self.make_protocol is None:
            return
        loop = asyncio.get_running_loop()
        for _ in range(int(seconds * _A_SECOND)):
            try:
                connection, _address = self.listener.accept()
            except OSError:  # there is none, or the event loop has to say what is wrong
                return
            connection.setblocking(False)
            joining = loop.create_task(loop.connect_accepted_socket(self.make_protocol, connection))
            self._joining.add(joining)
            joining.add_done_callback(self._joining.discard)
