"""The processes that teachers run in: started, watched, and ended with the training.

They are of their own for TensorFlow's sake: teachers need oneDNN and its bfloat16 for speed, which
are switched on for a whole process, and the student is trained without oneDNN (train/__main__.py
says why). Their memory, too, is given back when they end.

Teachers side by side, a core each, take four fifths of the time that they take in a row, and learn
and say the same to the last bit.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import cast

import joblib
from tqdm import tqdm

from train.checkpoint import WITHOUT, TeacherError
from train.children import end_with_parent, start_child
from train.soft_labels import Job, Progress, beginning, run

_BAR = "{desc} {percentage:3.0f}%|{bar}| {elapsed} passed, {remaining} left"


@dataclass(frozen=True, slots=True)
class _Assignment:
    """A teacher's job, and how many threads it may have."""

    job: Job
    threads: int


def teach(jobs: Sequence[Job]) -> None:
    """Do jobs in processes of their own, and show their progress on stderr.

    Raises:
        TeacherError: the checkpoint cannot be loaded, or a process died.
        OSError: a file cannot be written.
    """
    progress = [beginning(job) for job in jobs]
    cores = joblib.cpu_count()
    with tqdm(desc="teachers", total=1, bar_format=_BAR, mininterval=0.5) as bar:

        def on_progress(number: int, told: Progress) -> None:
            progress[number] = told
            _show(progress, bar)

        for start in range(0, len(jobs), cores):
            numbers = range(start, min(start + cores, len(jobs)))
            threads = cores // len(numbers)
            _teach_at_once(
                {each: _Assignment(jobs[each], threads) for each in numbers}, on_progress
            )


def _teach_at_once(
    assignments: dict[int, _Assignment], on_progress: Callable[[int, Progress], None]
) -> None:
    running: dict[Connection, tuple[int, SpawnProcess]] = {}
    try:
        for number, assignment in assignments.items():
            receiver, process = start_child(_work, assignment)
            running[receiver] = number, process
        while running:
            told_by = wait(list(running))
            for receiver in [each for each in running if each in told_by]:
                number, process = running[receiver]
                told = _told(receiver, process)
                if told is None:
                    del running[receiver]
                    receiver.close()
                else:
                    on_progress(number, told)
    finally:
        for receiver, (_, process) in running.items():
            process.terminate()
            process.join()
            receiver.close()


def _told(receiver: Connection, process: SpawnProcess) -> Progress | None:
    """Return what a process sent: how far it is, or None if it has done its job."""
    try:
        told = receiver.recv()
    except EOFError:
        process.join()
        raise TeacherError(
            f"A teacher's process ended with status {process.exitcode}, for lack of memory if"
            f" that is -9: close other programs and run this again, it goes on where it was, or"
            f" {WITHOUT}."
        ) from None
    if isinstance(told, Exception):
        raise told
    return cast("Progress | None", told)


def _show(progress: Sequence[Progress], bar: "tqdm[None]") -> None:
    done, total = sum(each.done for each in progress), sum(each.total for each in progress)
    bar.total = max(total, done)
    bar.update(done - bar.n)
    at_work = [
        f"teacher {number}/{len(progress)}: {each.doing}"
        for number, each in enumerate(progress, start=1)
        if 0 < each.done < each.total or each.doing == "load"
    ]
    doing = ", ".join(at_work)
    bar.set_description_str(doing, refresh=doing != bar.desc)


def _work(assignment: _Assignment, connection: Connection) -> None:
    """Do a job, inside its process: send each `Progress`, and None or an exception at last."""
    end_with_parent()
    try:
        _set_up_tensorflow(assignment.threads)
        run(assignment.job, connection.send)
    except ModuleNotFoundError as error:
        sentence = (
            f"A teacher needs {error.name}: run `make train`, which installs it, or {WITHOUT}."
        )
        connection.send(TeacherError(sentence))
    except (TeacherError, OSError) as error:
        connection.send(error)
    else:
        connection.send(None)


def _set_up_tensorflow(threads: int) -> None:
    os.environ |= {"TF_ENABLE_ONEDNN_OPTS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    with _stderr_shut():  # no level keeps back that oneDNN is on
        import tensorflow as tf
    tf.config.experimental.enable_op_determinism()
    # One operation at a time, on all threads: they are large enough to share out.
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    if _multiplies_bfloat16():
        # Half the time; weights, moments and losses stay in float32.
        # Source: Intel, "Getting started with mixed precision support in oneDNN bfloat16".
        option = {"auto_mixed_precision_onednn_bfloat16": True}
        tf.config.optimizer.set_experimental_options(option)


@contextmanager
def _stderr_shut() -> Iterator[None]:
    """Drop what is written to stderr, by C++ too."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _multiplies_bfloat16() -> bool:
    """Whether the processor has instructions for it: without them it is emulated, and slower."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
