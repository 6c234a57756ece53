"""The processes that teachers run in: started, watched, and ended with the training.

They are of their own for TensorFlow's sake: teachers need oneDNN and its bfloat16 for speed, which
are switched on for a whole process, and the student is trained without oneDNN (train/__main__.py
says why). Their memory, too, is given back when they end.

Teachers side by side, a core each, take four fifths of the time that they take in a row, and learn
and say the same to the last bit.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import joblib
from tqdm import tqdm

from train.checkpoint import WITHOUT, TeacherError
from train.children import ProcessError
from train.side_by_side import Step, run_side_by_side
from train.soft_labels import Job, Progress, beginning, run

_BAR = "{desc} {percentage:3.0f}%|{bar}| {elapsed} passed, {remaining} left"


def teach(jobs: Sequence[Job]) -> None:
    """Do jobs in processes of their own, and show their progress on stderr.

    Raises:
        TeacherError: the checkpoint cannot be loaded, or a process died.
        OSError: a file cannot be written.
    """
    progress = [beginning(job) for job in jobs]
    with tqdm(desc="teachers", total=1, bar_format=_BAR, mininterval=0.5) as bar:

        def on_step(number: int, told: Progress) -> None:
            progress[number] = told
            _show(progress, bar)

        try:
            run_side_by_side(list(_assignments(jobs, joblib.cpu_count())), on_step)
        except ProcessError as error:
            raise TeacherError(
                f"A teacher's process ended with status {error.status}, for lack of memory if"
                f" that is -9: close other programs and run this again, it goes on where it was, or"
                f" {WITHOUT}."
            ) from None


@dataclass(frozen=True, slots=True)
class _Assignment:
    """A teacher's job, its number among all, and how many threads it may have."""

    job: Job
    number: int
    threads: int

    def __call__(self, on_step: Step) -> None:
        """Do the job, inside its process: tell the number with each `Progress`."""
        try:
            _set_up_tensorflow(self.threads)
            run(self.job, lambda progress: on_step(self.number, progress))
        except ModuleNotFoundError as error:
            raise TeacherError(
                f"A teacher needs {error.name}: run `make train`, which installs it, or {WITHOUT}."
            ) from None


def _assignments(jobs: Sequence[Job], cores: int) -> Iterator[_Assignment]:
    """Share the cores out among those that are done at once: the last may have more each."""
    for number, job in enumerate(jobs):
        first = number - number % cores
        yield _Assignment(job, number, cores // min(cores, len(jobs) - first))


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
