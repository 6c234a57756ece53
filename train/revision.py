"""Which state of this code is running."""

import functools
import subprocess
from pathlib import Path


@functools.cache
def code_revision() -> str | None:
    """Return the commit of this code, with ``-dirty`` where files differ from it.

    As it was when this was first called: files may change while a training runs. None where
    nothing tells: there is no git, or this is no clone.
    """
    # No tags: a commit is asked for, whatever names it may have.
    command = ("git", "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty")
    try:
        described = subprocess.run(  # noqa: S603  # a fixed command
            command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return described.stdout.strip()
