"""Locust as its users run it: a process of its own, with our locustfile."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.runtime.processes import ROOT, stop


@dataclass(frozen=True)
class Ended:
    """How a run ended.

    Attributes:
        said: what it wrote to stderr, but for Locust's own log and tables.
        log: all of it.
        totals: the summary's, if it wrote one.
    """

    status: int
    said: list[str]
    log: str
    totals: Mapping[str, Any] | None


class Locust:
    """Runs it against one service.

    Args:
        folder: for its summaries.
        url: the service's.
    """

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self._url = url

    def __call__(self, *options: str, environment: Mapping[str, str] | None = None) -> Ended:
        """Run it without its page, to its end."""
        summary = self._folder / "summary.json"
        summary.unlink(missing_ok=True)
        ended = subprocess.run(
            command(self._url, "--headless", "--summary", str(summary), *options),
            cwd=ROOT,
            env=_environment(environment or {}),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        totals = json.loads(summary.read_text())["totals"] if summary.exists() else None
        return Ended(ended.returncode, last_words(ended.stderr), ended.stderr, totals)

    @contextmanager
    def running(self, *options: str) -> Iterator["subprocess.Popen[str]"]:
        """Start it, and end it if it has not ended by then."""
        process = subprocess.Popen(
            command(self._url, *options),
            cwd=ROOT,
            env=_environment({}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            stop(process)  # type: ignore[arg-type]


def last_words(written: str) -> list[str]:
    """What comes after Locust's own tables, which end with an empty line."""
    last = written.rpartition("\n\n")[2]
    return [line for line in last.splitlines() if not line.startswith("[")]


def command(url: str, *options: str) -> list[str]:
    python = (sys.executable, "-m", "locust")
    return [*python, "-f", "locustfile.py", "--only-summary", "--host", url, *options]


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    foreign = ("AWS_", "FINTONE_", "LOCUST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    # Else botocore asks the network for credentials.
    return kept | {"AWS_EC2_METADATA_DISABLED": "true"} | settings
