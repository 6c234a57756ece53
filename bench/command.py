"""What the command lines of all benchmarks have in common."""

import sys
from pathlib import Path


def fail(message: str) -> int:
    """Say on stderr what to change; return the exit status."""
    sys.stderr.write(f"{message}\n")
    return 1


def write_figures(path: Path, content: bytes) -> int:
    """Write all figures to a file, or say why it cannot be written; return the exit status."""
    try:
        path.write_bytes(content)
    except OSError as error:
        return fail(f"{path} cannot be written ({error.strerror}): name another file.")
    return 0


def positive(text: str) -> int:
    """Read an option's whole number above 0.

    Raises:
        ValueError: it is none.
    """
    number = int(text)
    if number < 1:
        raise ValueError
    return number
