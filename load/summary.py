"""What came of a run, as a file for programs."""

import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from load.errors import LoadError
from load.goals import Totals


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a run.

    Attributes:
        totals: what became of the requests.
        seconds: from its start to the last answer.
        cpu: seconds of CPU time that this process had meanwhile; workers' are not in it.
    """

    totals: Totals
    seconds: float
    cpu: float


class Clock:
    """Takes the CPU time of this process during a run."""

    def __init__(self) -> None:
        self._began = time.process_time()
        self.cpu = 0.0

    def stop(self) -> None:
        """Take the time."""
        self.cpu = time.process_time() - self._began


def write_summary(path: Path, totals: Totals, seconds: float, cpu: float) -> None:
    """Write it as JSON.

    Raises:
        LoadError: the file cannot be written.
    """
    content = msgspec.json.encode(Summary(totals, seconds, cpu))
    try:
        path.write_bytes(content + b"\n")
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror}): name another file with --summary."
        raise LoadError(message) from None


def read_summary(path: Path) -> Summary:
    """Read it.

    Raises:
        OSError: the file cannot be read.
        msgspec.DecodeError: it is none of `write_summary`.
    """
    return msgspec.json.decode(path.read_bytes(), type=Summary)
