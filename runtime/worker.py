"""What one process serves: the application, and what is watched while it does."""

import asyncio
import contextlib
import multiprocessing
import signal
from collections.abc import Callable

from starlette.types import ASGIApp

from runtime.admission import Admission
from runtime.express import Express
from runtime.logs import LogLines
from runtime.metrics import Counts
from runtime.metrics_files import CountFiles
from runtime.muted import Muted
from runtime.newcomers import Newcomers


class Worker:
    """The application of one process, and what its connections share.

    Args:
        app: the application.
        express: the short way of some requests.
        limit: the most requests in flight.
        lines: where it is told how many requests were shed.
        counts: what is counted in this process.
        files: where the counts are saved for other processes, if there are any.

    Attributes:
        app: the application.
        admission: decides which requests the application gets.
        express: the short way of some requests.
        muted: the connections that are not read for a while.
        newcomers: the connections that wait to be accepted.
    """

    def __init__(
        self,
        app: ASGIApp,
        express: Express,
        limit: int,
        lines: LogLines,
        counts: Counts,
        files: CountFiles | None = None,
    ) -> None:
        self.newcomers = Newcomers()
        self.admission = Admission(limit, counts, call_soon, self.newcomers.accept)
        self.muted = Muted(self.admission)
        self.app = app
        self.express = express
        self._lines = lines
        self._counts = counts
        self._files = files
        self._shed_before = counts.shed

    async def every_second(self) -> None:
        """Log how many requests were shed since the last call, save the counts, look for who left.

        A worker whose parent was killed ends: nobody would replace it, stop it, or clear up.
        """
        parent = multiprocessing.parent_process()
        if parent is not None and not parent.is_alive():
            self._lines.event("error", "The process that started this worker is gone: it ends.")
            if self._files is not None:
                self._files.clear_away()
            signal.raise_signal(signal.SIGTERM)
            return
        shed = self._counts.shed - self._shed_before
        if shed:
            self._shed_before = self._counts.shed
            message = f"Too many requests came at once: {shed} were answered with 503."
            self._lines.event("warning", message)
        if self._files is not None:
            # A full disk, or a folder that was cleared away: serving matters more than telling.
            with contextlib.suppress(OSError):
                self._files.save(self._counts)


def call_soon(function: Callable[[], None]) -> None:
    """Have a function called when the running loop has read what there is to read."""
    asyncio.get_running_loop().call_soon(function)
