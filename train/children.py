"""Processes that work for a training: they end with it, and leave Ctrl-C to it."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import parent_process


class ProcessError(Exception):
    """A process died; the message is one sentence that says what to do."""


@contextmanager
def interrupts_ignored() -> Iterator[None]:
    """What starts in here leaves Ctrl-C to this process, which ends it, without a traceback."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def end_with_parent() -> None:
    """Have this process not go on for an hour after a training that was killed."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)
