"""Locust, as a user runs it, against the service."""

import subprocess
import sys
import tempfile
from pathlib import Path

from load.summary import Summary, read_summary

_HOME = Path(__file__).resolve().parent.parent
_LONGEST = 600.0  # seconds


class LocustError(Exception):
    """Locust did not do what it was started for; the message has its last words."""


def run_locust(url: str, users: int, requests: int) -> Summary:
    """Have Locust's users, in one process, send single texts, and send again what is shed.

    Raises:
        LocustError: it ended without figures.
    """
    with tempfile.TemporaryDirectory() as folder:
        summary = Path(folder) / "summary.json"
        command = (
            *(sys.executable, "-m", "locust", "--locustfile", "locustfile.py", "--headless"),
            *("--host", url, "--users", str(users), "--spawn-rate", str(users), "--only-summary"),
            *("--requests", str(requests), "--retries", "100", "--batch-weight", "0"),
            *("--summary", str(summary)),
        )
        try:
            ended = subprocess.run(  # noqa: S603 - our own arguments
                command,
                cwd=_HOME,
                capture_output=True,
                text=True,
                timeout=_LONGEST,
                check=False,
            )
        except subprocess.TimeoutExpired:
            message = f"Locust did not end within {_LONGEST:g} s: ask for fewer --requests."
            raise LocustError(message) from None
        if not summary.exists():
            last = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise LocustError(f"Locust gave no figures: {last}")
        return read_summary(summary)
