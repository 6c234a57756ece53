"""Jobs side by side: each in a process of its own, as many at a time as there are cores."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Generic, TypeAlias, TypeVar, cast

import joblib

from train.checkpoint import TeacherError
from train.children import ProcessError, end_with_parent, start_child
from train.corpus import CorpusError

Result = TypeVar("Result")

Step: TypeAlias = Callable[..., None]
"""Called after each step, with whatever there is to tell of it; that can be pickled."""
Job: TypeAlias = Callable[[Step], Result]
"""Calls the function that it is given after each step, and returns what it found."""

_REFUSALS = (CorpusError, TeacherError, OSError)


@dataclass(frozen=True, slots=True)
class _Found(Generic[Result]):
    result: Result


@dataclass(frozen=True, slots=True)
class _Running:
    number: int
    process: SpawnProcess


def run_side_by_side(jobs: Sequence[Job[Result]], on_step: Step) -> list[Result]:
    """Run jobs and return what each found, in their order.

    Args:
        jobs: they can be pickled, and so can what they find.
        on_step: called after each step of any of them, with what the job told of it.

    Raises:
        CorpusError, TeacherError, OSError: a job raised it.
        ProcessError: a process died.
    """
    found: dict[int, Result] = {}
    left = list(enumerate(jobs))[::-1]
    running: dict[Connection, _Running] = {}
    try:
        while left or running:
            while left and len(running) < joblib.cpu_count():
                number, job = left.pop()
                receiver, process = start_child(_work, job)
                running[receiver] = _Running(number, process)
            told_by = wait(list(running))
            for receiver in [each for each in running if each in told_by]:
                told = _told(receiver, running[receiver].process)
                if isinstance(told, _Found):
                    ended = running.pop(receiver)
                    found[ended.number] = told.result
                    receiver.close()
                    ended.process.join()  # whoever starts the next has its memory
                else:
                    on_step(*cast("tuple[object, ...]", told))
    finally:
        for receiver, each in running.items():
            each.process.terminate()
            each.process.join()
            receiver.close()
    return [found[number] for number in range(len(jobs))]


def _told(receiver: Connection, process: SpawnProcess) -> object:
    """Return what a process sent: what it told of a step, or what it found."""
    try:
        told = receiver.recv()
    except EOFError:
        process.join()
        raise ProcessError(
            f"A process of the training ended with status {process.exitcode}, for lack of memory if"
            " that is -9: close other programs and run this again.",
            process.exitcode,
        ) from None
    if isinstance(told, Exception):
        raise told
    return told


def _work(job: Job[Result], connection: Connection) -> None:
    end_with_parent()
    try:
        connection.send(_Found(job(lambda *told: connection.send(told))))
    except _REFUSALS as error:
        connection.send(error)
