"""Puts the counts of several workers together: whichever is asked answers for all of them."""

import contextlib
import os
import shutil
from pathlib import Path

import msgspec

from runtime.metrics import Counts


class CountFiles:
    """Files in a folder, one for each worker, named by its process; each saves its own counts.

    A worker saves once a second, so that it counts in memory. A worker that is killed takes what it
    counted since then with it, and its successor goes on from its file: no count ever falls, which
    readers would take for a restart.

    Args:
        folder: where the files are; it is theirs alone, and was empty when the service started.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = folder / str(os.getpid())

    def adopt(self) -> Counts:
        """Return the counts of a worker that has ended, as this one's own, or new ones."""
        ended = [path for path in self._folder.glob("[0-9]*") if not _runs(path)]
        for path in ended:
            # Another new worker may be quicker.
            with contextlib.suppress(FileNotFoundError):
                counts = _counts(path)
                path.rename(self._own)
                return counts
        return Counts()

    def save(self, counts: Counts) -> None:
        """Save this worker's counts."""
        part = self._own.with_suffix(".part")
        part.write_bytes(msgspec.msgpack.encode(counts))
        part.rename(self._own)

    def clear_away(self) -> None:
        """Remove the folder, where who made it is gone; other workers may do so as well."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def others(self) -> list[Counts]:
        """Return what the other workers have saved, those that have ended among them."""
        while True:
            paths = [path for path in self._folder.iterdir() if path.name.isdigit()]
            # One that is adopted meanwhile has another name.
            with contextlib.suppress(FileNotFoundError):
                return [_counts(path) for path in paths if path != self._own]


def _counts(path: Path) -> Counts:
    counts = msgspec.msgpack.decode(path.read_bytes(), type=Counts)
    return counts if _runs(path) else msgspec.structs.replace(counts, in_flight=0)


def _runs(path: Path) -> bool:
    try:
        os.kill(int(path.name), 0)  # sends nothing
    except ProcessLookupError:
        return False
    return True
