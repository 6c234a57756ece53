"""Clients that wait for their answers, and come back when they are told to."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from time import perf_counter

from bench.load_recording import Recording
from bench.load_target import Target
from bench.load_wire import Connection
from load.answers import Outcome, Verdict

_CONNECTING = 256  # at once: the service's backlog has room for 2048
_CLOSING = 0.001  # seconds
_MOST_RETRIES = 100


async def ask_times(target: Target, concurrency: int, requests: int) -> Recording:
    """Have so many clients send so many requests together.

    Raises:
        OSError: the service cannot be reached.
    """
    left = iter(range(requests))
    return await _ask(target, concurrency, lambda: next(left, None) is not None)


async def ask_for(target: Target, concurrency: int, seconds: float) -> Recording:
    """Have so many clients ask for so long.

    Raises:
        OSError: the service cannot be reached.
    """
    end = perf_counter() + seconds
    return await _ask(target, concurrency, lambda: perf_counter() < end)


async def _ask(target: Target, concurrency: int, may_begin: Callable[[], bool]) -> Recording:
    recording = Recording()
    connections = [connection async for connection in _connect(target, concurrency)]
    clients = [_client(target, each, may_begin, recording) for each in connections]
    await asyncio.gather(*clients)
    await asyncio.sleep(_CLOSING)
    return recording


async def _connect(target: Target, count: int) -> AsyncIterator[Connection]:
    for start in range(0, count, _CONNECTING):
        some = range(start, min(count, start + _CONNECTING))
        for connection in await asyncio.gather(*(target.connect() for _ in some)):
            yield connection


async def _client(
    target: Target, connection: Connection, may_begin: Callable[[], bool], recording: Recording
) -> None:
    while may_begin():
        wire = target.next()
        for _ in range(_MOST_RETRIES):
            if not connection.is_open:
                connection = await target.connect()
            began = perf_counter()
            verdict = target.judge(wire, await connection.ask(wire.content))
            recording.add(began, perf_counter(), verdict)
            if verdict.outcome is not Outcome.SHED:
                break
            await _wait(verdict)
    connection.close()


async def _wait(verdict: Verdict) -> None:
    # Not all that were shed together are to come back together.
    await asyncio.sleep(verdict.retry_after * random.uniform(1, 2))  # noqa: S311 - no secret
