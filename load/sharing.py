"""A number of requests, shared out by a master among its workers."""

import time
from collections.abc import Callable

import gevent
from locust.env import Environment
from locust.rpc import Message
from locust.runners import STATE_MISSING, MasterRunner, WorkerRunner

from load.quota import Quota, shares

_SHARE, _ENDED = "fintone-share", "fintone-ended"
_LOOK, _STATISTICS = 1.0, 15.0  # seconds


class MasterShare:
    """Shares requests out, and waits until all have ended, or the workers that had them are lost.

    Args:
        runner: the master's.
        on_end: called then.

    Attributes:
        ended: how many requests have ended.
    """

    def __init__(self, runner: MasterRunner, on_end: Callable[[], None]) -> None:
        self.ended = 0
        self._runner = runner
        self._on_end = on_end
        self._open: set[str] = set()
        self._logged = 0  # requests in the statistics of workers that have ended
        runner.register_message(_ENDED, self._note)

    def share_out(self, requests: int) -> None:
        """Tell each worker how many it has; to be called before they start."""
        self.ended = self._logged = 0
        clients = [id_ for id_, node in self._runner.clients.items() if node.state != STATE_MISSING]
        self._open = set(clients)
        for client, share in zip(clients, shares(requests, len(clients)), strict=True):
            self._runner.send_message(_SHARE, {"requests": share}, client)
        gevent.spawn(self._wait)

    def _note(self, environment: Environment, msg: Message, **_: object) -> None:
        self._open.discard(msg.node_id)
        self.ended += msg.data["ended"]
        self._logged += msg.data["logged"]

    def _wait(self) -> None:
        while self._open & self._present():
            gevent.sleep(_LOOK / 10)
        # What a worker has counted comes every few seconds, and later than its word.
        until = time.monotonic() + _STATISTICS
        while self._runner.stats.num_requests < self._logged and time.monotonic() < until:
            gevent.sleep(_LOOK / 10)
        self._on_end()

    def _present(self) -> set[str]:
        nodes = self._runner.clients.items()
        return {client for client, node in nodes if node.state != STATE_MISSING}


class WorkerShare:
    """Takes the share of a worker, and tells the master when it has ended.

    Args:
        runner: the worker's.
    """

    def __init__(self, runner: WorkerRunner) -> None:
        self._runner = runner
        self._logged = 0
        self._quota = self._new(None)
        runner.register_message(_SHARE, self._take)
        runner.environment.events.request.add_listener(self._count)

    def quota(self) -> Quota:
        """Return what the worker's users may send."""
        return self._quota

    def _take(self, environment: Environment, msg: Message, **_: object) -> None:
        self._logged = 0
        self._quota = self._new(msg.data["requests"])

    def _new(self, requests: int | None) -> Quota:
        return Quota(requests, self._tell)

    def _tell(self) -> None:
        # Spawned, as the last request is counted right after it has ended, and a share of none
        # ends while it is taken.
        gevent.spawn(self._send)

    def _send(self) -> None:
        data = {"ended": self._quota.ended, "logged": self._logged}
        self._runner.send_message(_ENDED, data)

    def _count(self, **_: object) -> None:
        self._logged += 1
