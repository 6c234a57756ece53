"""What one process serves: the application, and what is watched while it does."""

import asyncio
import contextlib
from collections.abc import Callable

from starlette.types import ASGIApp

from runtime.admission import Admission
from runtime.logs import LogLines
from runtime.metrics import Counts
from runtime.metrics_files import CountFiles
from runtime.muted import Muted


class Worker:
    """The application of one process, and what its connections share.

    Args:
        app: the application.
        limit: the most requests in flight.
        lines: where it is told how many requests were shed.
        counts: what is counted in this process.
        files: where the counts are saved for other processes, if there are any.

    Attributes:
        app: the application.
        admission: decides which requests the application gets.
        muted: the connections that are not read for a while.
    """

    def __init__(
        self,
        app: ASGIApp,
        limit: int,
        lines: LogLines,
        counts: Counts,
        files: CountFiles | None = None,
    ) -> None:
        self.admission = Admission(limit, counts, _call_soon)
        self.muted = Muted(self.admission, counts)
        self.app = app
        self._lines = lines
        self._counts = counts
        self._files = files
        self._shed_before = counts.shed

    async def every_second(self) -> None:
        """Log how many requests were shed since the last call, and save the counts."""
        shed = self._counts.shed - self._shed_before
        if shed:
            self._shed_before = self._counts.shed
            message = f"Too many requests came at once: {shed} were answered with 503."
            self._lines.event("warning", message)
        if self._files is not None:
            # A full disk, or a folder that was cleared away: serving matters more than telling.
            with contextlib.suppress(OSError):
                self._files.save(self._counts)


def _call_soon(function: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_soon(function)
