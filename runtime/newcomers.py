"""Connections that wait to be accepted while turns of the event loop are long.

libuv accepts one connection a turn for each descriptor that listens
(https://github.com/libuv/libuv/pull/3696). Under load a turn takes long, so a thousand clients that
come at once would be accepted one after the other for seconds, and an overload by them would not be
seen for as long.
"""

import asyncio
import socket
import sys
from collections.abc import Callable
from time import perf_counter

_UNACKED = slice(24, 28)  # of struct tcp_info
# Connections that are accepted at most while turns are long: in a second, and after one turn, as
# each takes a tenth of a millisecond, in which nobody is answered.
_A_SECOND, _AT_ONCE = 16_000, 64


class Newcomers:
    """Accepts for one worker, beside its event loop.

    Attributes:
        listener: what listens; it stays the server's to close.
        make_protocol: makes what a connection is answered by; None until one has come.
        have_come: whether a connection has been accepted since it was last looked for more: until
            then there are none, as the event loop takes one each turn.
    """

    listener: socket.socket | None
    make_protocol: Callable[[], asyncio.Protocol] | None

    def __init__(self) -> None:
        self.listener = self.make_protocol = None
        self.have_come = False
        self._due = 0.0
        self._joining: set[asyncio.Task[object]] = set()  # or they might be collected
        self._waits_since: float | None = None

    def waited(self) -> float:
        """Return the seconds for which somebody has been waiting to be accepted, without a break.

        The first in line has not waited for longer; and about as long, where there is a crowd.
        """
        return 0.0 if self._waits_since is None else perf_counter() - self._waits_since

    def accept(self, seconds: float) -> int:
        """Accept as many connections as are due after a turn of so many seconds.

        Returns how many wait on.
        """
        self._due = min(self._due + seconds * _A_SECOND, _AT_ONCE)
        if self.listener is None or self.make_protocol is None:
            return 0
        if not self.have_come or self._due < 1:
            return 0
        self.have_come = False
        loop = asyncio.get_running_loop()
        while self._due >= 1:
            try:
                connection, _address = self.listener.accept()
            except OSError:  # there is none, or the event loop has to say what is wrong
                self._waits_since = None
                return 0
            self._due -= 1
            connection.setblocking(False)
            joining = loop.create_task(loop.connect_accepted_socket(self.make_protocol, connection))
            self._joining.add(joining)
            joining.add_done_callback(self._joining.discard)
        waiting = _count_waiting(self.listener)
        self.have_come = True
        if not waiting:
            self._waits_since = None
        elif self._waits_since is None:
            self._waits_since = perf_counter()
        return waiting


def _count_waiting(listener: socket.socket) -> int:
    """Return how many connections wait to be accepted; 1 where the system does not tell.

    Source: Linux, include/uapi/linux/tcp.h and tcp_get_info in net/ipv4/tcp.c: of a socket that
    listens, tcpi_unacked is the length of its queue.
    """
    if not hasattr(socket, "TCP_INFO"):
        return 1
    information = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _UNACKED.stop)
    return int.from_bytes(information[_UNACKED], sys.byteorder)
