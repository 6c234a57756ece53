"""The process that teachers run in: started, watched, and ended with the training.

It is one of its own for TensorFlow's sake: teachers need oneDNN and its bfloat16 for speed, which
are switched on for a whole process, and the student is trained without oneDNN (train/__main__.py
says why). Their memory, too, is given back when it ends.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from tqdm import tqdm

from train.checkpoint import WITHOUT, TeacherError
from train.children import end_with_parent, start_child
from train.soft_labels import Job, Progress, run

_BAR = "{desc} {percentage:3.0f}%|{bar}| {elapsed} passed, {remaining} left"


def teach(job: Job) -> None:
    """Do a job in a process of its own, and show its progress on stderr.

    Raises:
        TeacherError: the checkpoint cannot be loaded, or the process died.
        OSError: a file cannot be written.
    """
    receiver, process = start_child(_work, job)
    try:
        with tqdm(desc="teachers", total=1, bar_format=_BAR, mininterval=0.5) as bar:
            while (told := receiver.recv()) is not None:
                if isinstance(told, Exception):
                    raise told
                _show(told, bar)
    except EOFError:
        process.join()
        raise TeacherError(
            f"The teachers' process ended with status {process.exitcode}, for lack of memory if"
            f" that is -9: close other programs and run this again, it goes on where it was, or"
            f" {WITHOUT}."
        ) from None
    finally:
        process.terminate()
        process.join()
        receiver.close()


def _show(progress: Progress, bar: "tqdm[None]") -> None:
    bar.total = max(progress.total, progress.done)
    bar.update(progress.done - bar.n)
    bar.set_description_str(progress.doing, refresh=progress.doing != bar.desc)


def _work(job: Job, connection: Connection) -> None:
    """Do a job, inside the process: send each `Progress`, and None or an exception at last."""
    end_with_parent()
    try:
        _set_up_tensorflow()
        run(job, connection.send)
    except ModuleNotFoundError as error:
        sentence = (
            f"A teacher needs {error.name}: run `make train`, which installs it, or {WITHOUT}."
        )
        connection.send(TeacherError(sentence))
    except (TeacherError, OSError) as error:
        connection.send(error)
    else:
        connection.send(None)


def _set_up_tensorflow() -> None:
    os.environ |= {"TF_ENABLE_ONEDNN_OPTS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    with _stderr_shut():  # no level keeps back that oneDNN is on
        import tensorflow as tf
    tf.config.experimental.enable_op_determinism()
    # One operation at a time, on all cores: they are large enough to share out.
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
