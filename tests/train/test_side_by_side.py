"""Jobs in processes of their own."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from train.children import ProcessError
from train.corpus import CorpusError
from train.side_by_side import Step, run_side_by_side


def squared(number: int, on_step: Step) -> tuple[int, int]:
    for _ in range(number):
        on_step()
    return number * number, os.getpid()


def refused(on_step: Step) -> None:
    raise CorpusError("Too few texts.")


def killed(on_step: Step) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def endless(told: Path, on_step: Step) -> None:
    told.write_text(str(os.getpid()))
    time.sleep(600)


def test_results_come_in_the_order_of_the_jobs_whichever_ends_first():
    found = run_side_by_side([partial(squared, 40), partial(squared, 1), partial(squared, 2)], int)
    assert [square for square, _ in found] == [1600, 1, 4]


def test_each_job_has_a_process_of_its_own():
    found = run_side_by_side([partial(squared, 1), partial(squared, 2)], int)
    assert len({os.getpid(), *(process for _, process in found)}) == 3


def test_every_step_is_told():
    steps: list[int] = []
    run_side_by_side([partial(squared, 3), partial(squared, 2)], lambda: steps.append(1))
    assert len(steps) == 5


def test_what_a_job_refuses_is_raised_here():
    with pytest.raises(CorpusError, match="Too few texts"):
        run_side_by_side([refused], int)


def test_a_process_that_dies_is_one_sentence_with_its_status():
    with pytest.raises(ProcessError, match="status -9"):
        run_side_by_side([killed], int)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_jobs_end_with_who_started_them(tmp_path: Path, sent: signal.Signals):
    told = tmp_path / "process"
    program = (
        "import pathlib\n"
        "from functools import partial\n"
        "from tests.train.test_side_by_side import endless\n"
        "from train.side_by_side import run_side_by_side\n"
        f"run_side_by_side([partial(endless, pathlib.Path({str(told)!r}))], int)\n"
    )
    # A terminal's Ctrl-C reaches all processes of the group.
    with subprocess.Popen(
        [sys.executable, "-c", program], stderr=subprocess.PIPE, start_new_session=True
    ) as parent:
        child = int(awaited(told))
        if sent == signal.SIGINT:
            os.killpg(parent.pid, sent)
        else:
            parent.kill()
        parent.wait(10)
        assert parent.stderr is not None
        assert b"endless" not in parent.stderr.read()
    ended(child)


def awaited(path: Path) -> str:
    for _ in range(600):
        if path.exists() and (text := path.read_text()):
            return text
        time.sleep(0.05)
    raise TimeoutError(path)


def ended(process: int) -> None:
    for _ in range(200):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise TimeoutError(process)
