"""Starts a command in a place under a limit: as a container of runc, or as a plain process."""

import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import BinaryIO

import msgspec

from bench.cold_bundle import bundle
from bench.cold_limits import Limit
from bench.cold_place import Place
from bench.pinning import pinned

_ENDING, _POLL = 30.0, 0.1  # seconds until an end is given up, and between two tries


class LaunchError(Exception):
    """A place cannot be run under a limit here; the message says why."""


@dataclass(frozen=True, slots=True)
class Launcher:
    """Starts processes.

    Attributes:
        folder: an empty folder for what runc needs.
        runc: the program, or None where there is none that may be used.
    """

    folder: Path
    runc: str | None

    @classmethod
    def find(cls, folder: Path) -> "Launcher":
        """Return one that uses runc where that is installed and this user is root."""
        runc = shutil.which("runc", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
        return cls(folder, runc if os.geteuid() == 0 else None)

    def obstacle(self, place: Place, limit: Limit) -> str | None:
        """Return why a place cannot be run under a limit; None where it can."""
        if self.runc is None:
            confined = place.root is not None or limit.megabytes is not None
            return "needs runc, as root" if confined else None
        program = (place.start[0], "-c", "")
        output = self.folder / "probe"
        with output.open("w+b") as file, self.launch(place, limit, program, file) as process:
            if process.wait(60) == 0:
                return None
        lines = output.read_text(errors="replace").strip().splitlines() or ["no reason"]
        return f"runc failed: {lines[-1]}"

    @contextmanager
    def launch(
        self, place: Place, limit: Limit, command: Sequence[str], output: BinaryIO
    ) -> Iterator[Popen[bytes]]:
        """Run a command until the block ends, and then end all that it started.

        Raises:
            LaunchError: there is no runc here, and this place or limit needs it.
        """
        if self.runc is None:
            if place.root is not None or limit.megabytes is not None:
                raise LaunchError("needs runc, as root")
            yield from _plain(place, limit, command, output)
            return
        name = f"fintone-{uuid.uuid4().hex[:12]}"
        folder = self.folder / name
        (folder / "rootfs").mkdir(parents=True)
        config = bundle(place, limit, command, folder / "rootfs")
        (folder / "config.json").write_bytes(msgspec.json.encode(config))
        runc = (self.runc, "--root", str(self.folder / "state"))
        process = Popen(  # noqa: S603  # no shell, our own arguments
            (*runc, "run", "--bundle", str(folder), name),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            yield process
        finally:
            _end(process, (*runc, "delete", "--force", name))
            shutil.rmtree(folder)


def _plain(
    place: Place, limit: Limit, command: Sequence[str], output: BinaryIO
) -> Iterator[Popen[bytes]]:
    with pinned(limit.core):
        process = Popen(  # noqa: S603  # no shell, our own arguments
            command,
            cwd=place.folder,
            env=place.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        # The group is the emulator and the function, which would outlive it.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def _end(process: Popen[bytes], delete: Sequence[str]) -> None:
    """End a container: its first process, and with that all others of its process namespace.

    Until runc has made it there is nothing to delete, so this is tried until runc itself has ended.
    """
    end = time.monotonic() + _ENDING
    while process.poll() is None and time.monotonic() < end:
        subprocess.run(delete, capture_output=True, check=False)  # noqa: S603  # no shell
        with suppress(subprocess.TimeoutExpired):
            process.wait(_POLL)
    process.wait(0)
