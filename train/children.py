"""Processes that work for a training: they end with it, and leave Ctrl-C to it."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import TypeVar

Job = TypeVar("Job")


class ProcessError(Exception):
    """A process died; the message is one sentence that says what to do.

    Args:
        message: the sentence.
        status: what the process ended with, minus the signal's number if one killed it.
    """

    def __init__(self, message: str, status: int | None) -> None:
        super().__init__(message)
        self.status = status


def start_child(
    work: Callable[[Job, Connection], None], job: Job
) -> tuple[Connection, SpawnProcess]:
    """Start a process that does a job, and return where it sends what it has to tell.

    Args:
        work: does the job; calls `end_with_parent` first.
        job: it can be pickled.
    """
    # Spawned, not forked: a copy of this process would have its TensorFlow, set up as it is here,
    # and the locks of its threads.
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(job, sender), daemon=True)
    with _interrupts_ignored():
        process.start()
    sender.close()  # or the receiver would wait for this end of it
    return receiver, process


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
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
