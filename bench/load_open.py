"""Requests at a steady rate, whatever becomes of those before: load that a service cannot slow.

Clients that wait for their answers ask a slow service less, and so hide that it is slow (Schroeder,
Wierman, Harchol-Balter 2006, "Open Versus Closed: A Cautionary Tale").
"""

import asyncio
from time import perf_counter

from bench.load_recording import Recording
from bench.load_target import Target, Wire
from bench.load_wire import Answer, Connection
from load.answers import Outcome, Verdict

_TICK = 0.001  # seconds between two looks at what is due
# Seconds after which an idle connection is not used again. The service closes one after five, as
# uvicorn does, and a request that is on its way then has no answer.
_LONGEST_IDLE = 4.0
_PATIENCE = 30.0  # seconds that the last answers may take
_FIRST_CONNECTIONS = 64
_MOST_CONNECTIONS = 4000
_REFUSED = Verdict(Outcome.FAILED, "no connection")


class Flow:
    """Sends requests when they are due, over as many connections as that takes.

    Args:
        target: the service.
        most: connections at most; what finds none free is not sent, and counted.
    """

    def __init__(self, target: Target, most: int = _MOST_CONNECTIONS) -> None:
        self._target = target
        self._most = most
        self._recording = Recording()
        self._idle: list[tuple[Connection, float]] = []  # and since when
        self._open = 0
        self._busy: set[Connection] = set()
        self._connecting: set[asyncio.Task[None]] = set()

    async def run(self, rate: float, seconds: float) -> Recording:
        """Send `rate` requests a second for so many seconds.

        Raises:
            OSError: the service cannot be reached.
        """
        first = min(_FIRST_CONNECTIONS, self._most)
        self._idle = [(await self._target.connect(), perf_counter()) for _ in range(first)]
        self._open = first
        total, sent, start = round(rate * seconds), 0, perf_counter()
        while sent < total:
            due = min(total, int((perf_counter() - start) * rate) + 1)
            for number in range(sent, due):
                self._launch(start + number / rate)
            sent = due
            await asyncio.sleep(_TICK)
        await self._wait_for_the_last()
        return self._recording

    def _launch(self, due: float) -> None:
        wire, now = self._target.next(), perf_counter()
        self._recording.lags.append(now - due)
        connection = self._take()
        if connection is not None:
            self._send(connection, wire, now)
        elif self._open < self._most:
            self._open += 1
            task = asyncio.create_task(self._connect_and_send(wire, now))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)
        else:
            self._recording.unsent += 1

    def _take(self) -> Connection | None:
        """Take the connection that was used last, or the idle ones would all have to be kept."""
        while self._idle:
            connection, since = self._idle.pop()
            if connection.is_open and perf_counter() - since < _LONGEST_IDLE:
                return connection
            connection.close()
            self._open -= 1
        return None

    async def _connect_and_send(self, wire: Wire, began: float) -> None:
        try:
            connection = await self._target.connect()
        except OSError:
            self._open -= 1
            self._recording.add(began, perf_counter(), _REFUSED)
        else:
            self._send(connection, wire, began)

    def _send(self, connection: Connection, wire: Wire, began: float) -> None:
        self._busy.add(connection)

        def end(answer: Answer | None) -> None:
            self._busy.discard(connection)
            now = perf_counter()
            self._recording.add(began, now, self._target.judge(wire, answer))
            self._idle.append((connection, now))

        connection.send(wire.content, end)

    async def _wait_for_the_last(self) -> None:
        end = perf_counter() + _PATIENCE
        while (self._busy or self._connecting) and perf_counter() < end:
            await asyncio.sleep(_TICK)
        for connection in (*self._busy, *(idle for idle, _ in self._idle)):
            connection.close()  # what was under way counts as failed
        await asyncio.sleep(_TICK)
