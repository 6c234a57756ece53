"""Where functions run: what they see as the machine, and how a handler is started there."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = ROOT / "bench" / "functions"
IMAGE, VENV = "image", "venv"
TEMPORARY = "/dev/shm"  # noqa: S108  # a file system of its own in each container


@dataclass(frozen=True, slots=True)
class Place:
    """A file tree with a Python that has awslambdaric.

    Attributes:
        name: its name in the tables.
        root: the tree; None for the machine's own.
        start: the command that takes a handler's name and serves it.
        emulator: the emulator's path as seen there.
        folder: the working directory.
        environment: all variables.
        user: user and group that the function runs as in a container.
        mounts: more files and folders of the machine, by where they are seen.
    """

    name: str
    root: Path | None
    start: tuple[str, ...]
    emulator: str
    folder: str
    environment: Mapping[str, str]
    user: tuple[int, int] = (0, 0)
    mounts: Mapping[str, Path] = field(default_factory=dict)


def venv_place(python: Path, emulator: Path, **variables: str) -> Place:
    """Return this machine, with an environment's Python, the working tree's code, and variables."""
    return Place(
        name=VENV,
        root=None,
        start=(str(python), "-m", "awslambdaric"),
        emulator=str(emulator),
        folder=str(ROOT),
        environment={
            "PATH": os.defpath,
            "HOME": TEMPORARY,
            "TMPDIR": TEMPORARY,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{FUNCTIONS}",
            "PYTHONDONTWRITEBYTECODE": "1",
            **variables,
        },
    )


def emulator_path() -> Path:
    """Return where requirements/fetch-emulator.sh puts the emulator."""
    return Path(sys.prefix) / "emulator" / "aws-lambda-rie"
