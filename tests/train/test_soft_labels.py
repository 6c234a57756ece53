"""The job itself, in this process; test_teacher.py has it done in a process of its own."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests.train.tiny_checkpoint import TOY, toy_lessons, write_checkpoint
from train.lessons import Recipe
from train.soft_labels import EPOCH, WEIGHTS, Chunk, Job, Progress, Task, run
from train.store import read_arrays

EPOCHS = 2
CHUNKS = (Chunk("labels-a", TOY[:4]), Chunk("labels-b", TOY[4:]))


@pytest.fixture(autouse=True)
def eager() -> Iterator[None]:
    """Tracing a step takes longer than a few of them."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("tiny"))


def job(checkpoint: Path, folder: Path, seed: int = 0) -> Job:
    lessons = toy_lessons()
    rows = np.arange(len(lessons.texts))
    task = Task(folder / str(seed), seed, rows, CHUNKS)
    return Job(checkpoint, 2, 2, lessons, Recipe(EPOCHS, learning_rate=2e-2), task)


def told(given: Job) -> list[Progress]:
    """Do a job; what it told, from first to last."""
    progress: list[Progress] = []
    run(given, lambda now: progress.append(replace(now)))
    return progress


def logits(folder: Path) -> np.ndarray:
    found = [read_arrays(folder / chunk.name) for chunk in CHUNKS]
    return np.concatenate([arrays[0] for arrays in found if arrays is not None])


@pytest.fixture(scope="module")
def done(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Progress]]:
    """The folder of a teacher that was not stopped, and what was told on the way."""
    folder = tmp_path_factory.mktemp("done")
    tf.config.run_functions_eagerly(True)
    return folder / "0", told(job(checkpoint, folder))


def test_every_chunk_is_labelled_and_only_the_weights_stay_beside(
    done: tuple[Path, list[Progress]],
) -> None:
    folder, _ = done
    assert logits(folder).shape == (len(TOY), 2, 2)
    assert {path.name for path in folder.iterdir()} == {WEIGHTS, *(each.name for each in CHUNKS)}


def test_progress_is_told_in_order_and_ends_at_all(done: tuple[Path, list[Progress]]) -> None:
    _, progress = done
    doings = list(dict.fromkeys(each.doing for each in progress))
    epochs = [f"epoch {number}/{EPOCHS}" for number in range(1, EPOCHS + 1)]
    assert doings == ["load", *epochs, "label"]
    shares = [each.done / each.total for each in progress]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("doing", ["epoch 2/2", "label"])
def test_stopped_anywhere_it_goes_on_and_ends_as_if_it_had_not_been(
    doing: str, checkpoint: Path, tmp_path: Path, done: tuple[Path, list[Progress]]
) -> None:
    def report(progress: Progress) -> None:
        if progress.doing == doing:
            raise StoppedError

    with pytest.raises(StoppedError):
        run(job(checkpoint, tmp_path), report)
    progress = told(job(checkpoint, tmp_path))
    again = {each.doing for each in progress}
    assert "epoch 1/2" not in again
    assert doing in again
    assert progress[-1].done == progress[-1].total
    np.testing.assert_allclose(logits(tmp_path / "0"), logits(done[0]), atol=1e-5)


@pytest.mark.parametrize("name", [WEIGHTS, EPOCH])
def test_a_damaged_file_is_made_anew(
    name: str, checkpoint: Path, tmp_path: Path, done: tuple[Path, list[Progress]]
) -> None:
    (tmp_path / "0").mkdir()
    (tmp_path / "0" / name).write_bytes(b"damaged")
    progress = told(job(checkpoint, tmp_path))
    assert progress[-1].done == done[1][-1].done
    np.testing.assert_allclose(logits(tmp_path / "0"), logits(done[0]), atol=1e-5)


def test_teachers_of_other_seeds_say_something_else(checkpoint: Path, tmp_path: Path) -> None:
    for seed in (0, 1):
        told(job(checkpoint, tmp_path, seed))
    assert np.abs(logits(tmp_path / "0") - logits(tmp_path / "1")).max() > 1e-2
