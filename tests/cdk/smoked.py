"""Runs the smoke test as a user does, and gives what it printed."""

import os
from dataclasses import dataclass

import pytest

from cdk import smoke


@dataclass(frozen=True)
class Outcome:
    """How a smoke test ended."""

    status: int
    output: str
    error: str

    @property
    def held(self) -> list[str]:
        """The names of the checks that held."""
        return self._names("✓")

    @property
    def failed(self) -> list[str]:
        """The names of the checks that did not."""
        return self._names("✗")

    def line(self, name: str) -> str:
        """The line of one check."""
        return next(line for line in self.output.splitlines() if line[2:17].rstrip() == name)

    def refused(self, *words: str) -> bool:
        """Whether it ended with one sentence that has these words, and nothing else."""
        one = self.error.endswith(".\n") and self.error.count("\n") == 1
        return self.status == 1 and one and all(word in self.error for word in words)

    def _names(self, mark: str) -> list[str]:
        return [line[2:17].rstrip() for line in self.output.splitlines() if line[0] == mark]


class Smoke:
    """The command, in an environment without credentials, proxies and keys of this machine."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture
        ours = ("AWS_", "FINTONE_")
        for name in os.environ:
            if name.startswith(ours) or name.lower().endswith("_proxy"):
                patch.delenv(name)
        patch.setenv("AWS_CONFIG_FILE", "/nonexistent")
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    def __call__(self, *arguments: str) -> Outcome:
        """Run it."""
        status = smoke.main(["--requests", "2", *arguments])
        captured = self._capture.readouterr()
        return Outcome(status, captured.out, captured.err)
