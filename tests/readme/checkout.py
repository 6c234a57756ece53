"""A clone of this repository in which commands run as on a reader's machine."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sysconfig
import tempfile
import time
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.readme.page import ROOT

Stream = int | IO[str]

_LISTENS = re.compile(r"fintone listens on http://127\.0\.0\.1:(\d+) \((\d+) workers?, model (\w+)")
# What a make that runs this suite, its coverage, or a user's own settings would pass on.
_NOT_PASSED_ON = re.compile(r"(MAKE|MFLAGS|COV|FINTONE_|PYTEST|(ARGS|DATA|PYTHON|TEACHER|VENV)$)")
# No command may succeed because of a network, or fail for want of one in another way each time.
_NO_NETWORK = {
    **dict.fromkeys(
        ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"
    ),
    **dict.fromkeys(("no_proxy", "NO_PROXY"), "localhost,127.0.0.1"),
}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that `make serve` started."""

    port: int
    workers: int
    version: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder with what git would give a clone, and commands that run in it."""

    folder: Path

    def run(self, command: str, seconds: float = 300) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, whatever its status."""
        with self._started(command, subprocess.PIPE, subprocess.PIPE) as process:
            output, messages = process.communicate(timeout=seconds)
        return subprocess.CompletedProcess(command, process.returncode, output, messages)

    @contextlib.contextmanager
    def serving(self, command: str) -> Iterator[Server]:
        """Run a command that serves until the block ends; it has to end without a traceback."""
        with (
            tempfile.NamedTemporaryFile("w") as written,
            self._started(command, written, subprocess.STDOUT) as process,
        ):
            log = Path(written.name)
            yield _announced(process, log)
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)
            assert "Traceback" not in log.read_text(encoding="utf-8")

    @contextlib.contextmanager
    def _started(
        self, command: str, output: Stream, messages: Stream
    ) -> Iterator[subprocess.Popen[str]]:
        """Start a command in a process group of its own, of which nothing is left afterwards."""
        process = subprocess.Popen(
            ["bash", "-c", command],
            cwd=self.folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=messages,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        with process:
            try:
                yield process
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def clone(folder: Path) -> Checkout:
    """Copy what is or could be committed, beside no `shared`, and set it up without a network."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():  # a file that is deleted, but not yet in git, is listed too
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    _set_up(folder / ".venv")
    return Checkout(folder)


def _set_up(environment: Path) -> None:
    """Give the clone what runs this test, as installed by make.

    The packages are borrowed, and the stamps say that there is nothing left to install: that make
    installs is shown by tests/test_makefile.py, and by the fresh `make serve` of .ci/run.
    """
    venv.create(environment, symlinks=True, with_pip=False)
    paths = {"base": str(environment), "platbase": str(environment)}
    own = Path(sysconfig.get_path("purelib", "venv", paths))
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (own / "borrowed.pth").write_text("\n".join(sorted(borrowed)), encoding="utf-8")
    for lock in ("serve", "train", "dev"):
        (environment / f".installed-{lock}").touch()


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not _NOT_PASSED_ON.match(name)}
    return kept | _NO_NETWORK | {"FINTONE_HOST": "127.0.0.1", "FINTONE_PORT": "0"}


def _announced(process: subprocess.Popen[str], log: Path, seconds: float = 60) -> Server:
    end = time.monotonic() + seconds
    while (found := _LISTENS.search(log.read_text(encoding="utf-8"))) is None:
        assert process.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < end, "the server does not say where it listens"
        time.sleep(0.05)
    return Server(int(found[1]), int(found[2]), found[3])
