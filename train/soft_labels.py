"""What a teacher does in its process: it is fine-tuned, and writes down what it says of texts."""

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
    """A teacher that has something left to do; see `Encoder` for heads and classes."""

    checkpoint: Path
    heads: int
    classes: int
    lessons: Lessons
    recipe: Recipe
    task: Task


@dataclass(slots=True)
class Progress:
    """What is being done, and how much of everything is; the unit is a character labelled."""

    doing: str
    done: int
    total: int


Report = Callable[[Progress], None]


def beginning(job: Job) -> Progress:
    """Return what there is to tell of a job before it begins."""
    return Progress("wait", 0, _cost(job))


def run(job: Job, report: Report) -> None:
    """Have the teacher write down the logits of its chunks; what is there already stays.

    Raises:
        TeacherError: the checkpoint cannot be loaded.
        OSError: a file cannot be written.
    """
    task = job.task
    progress = beginning(job)
    progress.doing = "load"
    report(progress)
    encoder = _encoder(job)
    weights = read_arrays(task.folder / WEIGHTS)
    if weights is None:
        _fine_tune(job, encoder, progress, report)
    else:
        encoder.set_weights(weights)
    progress.doing = "label"
    for chunk in task.chunks:
        on_batch = _teller(chunk.texts, 1, progress, report)
        write_arrays(task.folder / chunk.name, [encoder.logits(chunk.texts, on_batch)])


def _encoder(job: Job) -> "Encoder":
    from train.encoder import Encoder

    return Encoder(
        job.checkpoint,
        heads=job.heads,
        classes=job.classes,
        seed=job.task.seed,
        tokens=job.recipe.tokens,
        freeze_words=job.recipe.freeze_words,
    )


def _fine_tune(job: Job, encoder: "Encoder", progress: Progress, report: Report) -> None:
    """Fine-tune a teacher from where it was stopped, and write its weights down."""
    from train.finetuning import FineTuning

    task = job.task
    lessons = job.lessons.take(task.rows)
    tuning = FineTuning(encoder, lessons, job.recipe, task.seed)
    if (state := read_arrays(task.folder / EPOCH)) is not None:
        tuning.restore(state)
        progress.total -= tuning.epoch * _TRAINING_COST * _length(lessons.texts)
    on_batch = _teller(lessons.texts, _TRAINING_COST, progress, report)
    while tuning.epoch < job.recipe.epochs:
        progress.doing = f"epoch {tuning.epoch + 1}/{job.recipe.epochs}"
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


def _cost(job: Job) -> int:
    task = job.task
    labelling = sum(_length(chunk.texts) for chunk in task.chunks)
    if read_arrays(task.folder / WEIGHTS) is not None:
        return labelling
    texts = job.lessons.take(task.rows).texts
    return labelling + job.recipe.epochs * _TRAINING_COST * _length(texts)


def _length(texts: Sequence[str]) -> int:
    return sum(map(len, texts))
