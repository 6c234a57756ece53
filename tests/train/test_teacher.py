"""Teachers in their own processes; what they do there is in test_soft_labels.py."""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import joblib
import numpy as np
import pytest

from tests.train.conftest import unmeasured
from tests.train.tiny_checkpoint import TOY, label_toys, write_checkpoint
from train import teacher
from train.checkpoint import TeacherError
from train.soft_labels import EPOCH

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = (
    "import sys, pathlib, tests.train.tiny_checkpoint as tiny;"
    "tiny.label_toys(*map(pathlib.Path, sys.argv[1:]))"
)


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def labels(checkpoint: Path, cache: Path) -> np.ndarray:
    return label_toys(checkpoint, cache)


def test_each_teacher_labels_each_text_with_each_head(labels: np.ndarray) -> None:
    assert labels.shape == (2, len(TOY), 2, 2)
    assert np.isfinite(labels).all()
    assert np.abs(labels[0] - labels[1]).max() > 1e-2


def test_a_teacher_never_sees_the_labels_of_its_fold(
    checkpoint: Path, tmp_path: Path, labels: np.ndarray
) -> None:
    flipped = label_toys(checkpoint, tmp_path, flipped=True)
    # To the last bit: the second run of the same teacher is as good as the first.
    assert np.array_equal(flipped[0], labels[0])
    assert np.abs(flipped[1] - labels[1]).max() > 1e-2


def test_what_is_in_the_cache_needs_no_process(
    checkpoint: Path, cache: Path, labels: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    def started(*_: object) -> None:
        pytest.fail("a process was started")

    monkeypatch.setattr(teacher, "teach", started)
    assert np.array_equal(label_toys(checkpoint, cache), labels)


def test_reading_the_cache_imports_nothing_heavy() -> None:
    heavy = "{'keras', 'keras_hub', 'sklearn', 'tensorflow', 'tokenizers'}"
    code = f"import sys, train.teacher; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_stopped_by_ctrl_c_it_goes_on_where_it_was_and_ends_the_same(
    checkpoint: Path, tmp_path: Path, labels: np.ndarray
) -> None:
    command = [sys.executable, "-c", PROGRAM, str(checkpoint), str(tmp_path)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=unmeasured(),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        wait_until(lambda: any(tmp_path.glob(f"teachers/*/{EPOCH}")))
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does it: to all processes
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    shown = [line for line in stderr.replace("\r", "\n").splitlines() if line]
    traceback = shown.index("Traceback (most recent call last):")
    assert [line for line in shown[:traceback] if not line.startswith("teacher")] == []
    assert [line for line in shown if "Process" in line] == []
    assert list(tmp_path.rglob("labels-*")) == []
    assert np.array_equal(label_toys(checkpoint, tmp_path), labels)


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the kernel lists no children")
def test_a_killed_training_leaves_no_process_behind(checkpoint: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(checkpoint), str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        # A core each; and one keeps track of resources.
        wait_until(lambda: len(children(process.pid)) == 1 + min(2, joblib.cpu_count()))
        started = children(process.pid)
        process.kill()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started))


def test_a_process_that_dies_is_told_in_a_sentence(checkpoint: Path, tmp_path: Path) -> None:
    def kill() -> None:
        wait_until(lambda: bool(multiprocessing.active_children()))
        multiprocessing.active_children()[0].kill()

    killer = Thread(target=kill)
    killer.start()
    with pytest.raises(TeacherError, match=r"process ended with status -9, for lack of memory"):
        label_toys(checkpoint, tmp_path)
    killer.join()


def test_a_checkpoint_that_is_none_is_told_in_a_sentence(checkpoint: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(checkpoint, tmp_path / "broken")
    (broken / "config.json").write_text('{"model_type": "fax"}', encoding="utf-8")
    with pytest.raises(TeacherError, match="broken cannot be loaded"):
        label_toys(broken, tmp_path / "cache")


def test_a_cache_that_cannot_be_written_names_its_file(checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "teachers").write_text("a file", encoding="utf-8")
    with pytest.raises(OSError, match="teachers") as refused:
        label_toys(checkpoint, tmp_path)
    assert refused.value.filename is not None
