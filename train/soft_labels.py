"""What teachers do in their process: they are fine-tuned, and write down what they say of texts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from train.lessons import Integers, Lessons, Recipe
from train.store import read_arrays, write_arrays

if TYPE_CHECKING:
    from train.encoder import Encoder

WEIGHTS = "weights"
EPOCH = "epoch"
_TRAINING_COST = 4  # of a text, in terms of labelling it: forwards, backwards (twice that), AdamW


@dataclass(frozen=True, slots=True)
class Chunk:
    """Texts to label together, and the name of the file that their logits go to."""

    name: str
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Task:
    """One teacher: the folder of its files, its seed, its lessons' positions, what it labels."""

    folder: Path
    seed: int
    rows: Integers
    chunks: Sequence[Chunk]


@dataclass(frozen=True, slots=True)
class Job:
    """Teachers that have something left to do; see `Encoder` for heads and classes."""

    checkpoint: Path
    heads: int
    classes: int
    lessons: Lessons
    recipe: Recipe
    tasks: Sequence[Task]


@dataclass(slots=True)
class Progress:
    """What is being done, and how much of everything is; the unit is a character labelled."""

    doing: str
    done: int
    total: int


Report = Callable[[Progress], None]


def run(job: Job, report: Report) -> None:
    """Have each teacher write down the logits of its chunks; what is there already stays.

    Raises:
        TeacherError: the checkpoint cannot be loaded.
        OSError: a file cannot be written.
    """
    progress = Progress("", 0, sum(_cost(job, task) for task in job.tasks))
    for number, task in enumerate(job.tasks, start=1):
        teacher = f"teacher {number}/{len(job.tasks)}"
        progress.doing = f"{teacher}: load"
        report(progress)
        encoder = _encoder(job, task)
        weights = read_arrays(task.folder / WEIGHTS)
        if weights is None:
            _fine_tune(job, task, encoder, teacher, progress, report)
        else:
            encoder.set_weights(weights)
        progress.doing = f"{teacher}: label"
        for chunk in task.chunks:
            on_batch = _teller(chunk.texts, 1, progress, report)
            write_arrays(task.folder / chunk.name, [encoder.logits(chunk.texts, on_batch)])


def _encoder(job: Job, task: Task) -> "Encoder":
    import keras

    from train.encoder import Encoder

    keras.backend.clear_session()  # gives the teacher before back
    return Encoder(
        job.checkpoint,
        heads=job.heads,
        classes=job.classes,
        seed=task.seed,
        tokens=job.recipe.tokens,
        freeze_words=job.recipe.freeze_words,
    )


def _fine_tune(
    job: Job, task: Task, encoder: "Encoder", teacher: str, progress: Progress, report: Report
) -> None:
    """Fine-tune a teacher from where it was stopped, and write its weights down."""
    from train.finetuning import FineTuning

    lessons = job.lessons.take(task.rows)
    tuning = FineTuning(encoder, lessons, job.recipe, task.seed)
    if (state := read_arrays(task.folder / EPOCH)) is not None:
        tuning.restore(state)
        progress.total -= tuning.epoch * _TRAINING_COST * _length(lessons.texts)
    on_batch = _teller(lessons.texts, _TRAINING_COST, progress, report)
    while tuning.epoch < job.recipe.epochs:
        progress.doing = f"{teacher}: epoch {tuning.epoch + 1}/{job.recipe.epochs}"
        tuning.run_epoch(on_batch)
        write_arrays(task.folder / EPOCH, tuning.state())
    write_arrays(task.folder / WEIGHTS, encoder.weights())
    (task.folder / EPOCH).unlink(missing_ok=True)


def _teller(
    texts: Sequence[str], cost: int, progress: Progress, report: Report
) -> Callable[[Integers], None]:
    lengths = np.array([len(text) for text in texts])

    def on_batch(rows: Integers) -> None:
        progress.done += cost * int(lengths[rows].sum())
        report(progress)

    return on_batch


def _cost(job: Job, task: Task) -> int:
    labelling = sum(_length(chunk.texts) for chunk in task.chunks)
    if read_arrays(task.folder / WEIGHTS) is not None:
        return labelling
    texts = job.lessons.take(task.rows).texts
    return labelling + job.recipe.epochs * _TRAINING_COST * _length(texts)


def _length(texts: Sequence[str]) -> int:
    return sum(map(len, texts))
