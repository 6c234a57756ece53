"""Soft labels by teachers that have not seen the texts: transformers, fine-tuned fold by fold.

All that takes long is kept in a cache, under the SHA-256 of everything that it depends on: a
teacher's weights, the state of its fine-tuning after each epoch, and its logits chunk by chunk. A
training that was stopped goes on where it was, and a second one reads its labels at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from train.checkpoint import Checkpoint, TeacherError
from train.corpus import Example
from train.lessons import Floats, Lessons, Recipe
from train.soft_labels import Chunk, Job, Task
from train.store import prune, read_arrays
from train.teachers_process import teach

CACHE = Path(".cache/teacher")
"""Beside the code, like data/; `make clean` removes it."""
CACHE_BYTES = 3 * 2**30
"""What teachers may take in the cache: those of the usual checkpoint are 90 MB each."""
CHUNK = 8192
"""Texts a file of logits: a training that is stopped loses at most so many labels."""
# To be raised with each change of the code that changes what a teacher learns or says.
_VERSION = 1


@dataclass(frozen=True, slots=True)
class TeacherLabels:
    """What K teachers say of N texts.

    Attributes:
        fold_logits: of the teacher that has not seen fold k, for each text and each source's head,
            ``[K, N, heads, C]``.
    """

    fold_logits: Floats


def label_softly(
    texts: Sequence[str],
    examples: Sequence[Example],
    targets: npt.ArrayLike,
    fold: npt.ArrayLike,
    heads: npt.ArrayLike,
    *,
    folds: int,
    checkpoint: Checkpoint,
    epochs: int,
    seed: int,
    cache: Path = CACHE,
    weights: npt.ArrayLike | None = None,
) -> TeacherLabels:
    """Fine-tune a teacher for each fold on all other folds, and have each label all texts.

    Teacher k learns from the examples whose fold is not k; one whose fold is none of 0 … K-1 is
    seen by all. Teachers differ in their seeds, too. Progress goes to stderr.

    Args:
        texts: N texts to label, the examples' own among them where their labels are wanted.
        examples: n examples to learn from.
        targets: what is to be answered for each, a distribution over the classes, ``[n, C]``.
        fold: of each example, ``[n]``.
        heads: of each example, the index of its source, ``[n]``.
        folds: K.
        checkpoint: what teachers start from.
        epochs: of fine-tuning.
        seed: same seed, examples, checkpoint and kind of machine: same labels.
        cache: folder of what is kept.
        weights: how much each example counts, ``[n]``; all the same if not given.

    Raises:
        TeacherError: the checkpoint is no encoder, or a teacher's process died.
        OSError: the cache cannot be written.
    """
    lessons = Lessons(
        [example.text for example in examples],
        np.asarray(heads, dtype=np.int64),
        np.asarray(targets, dtype=np.float32),
        np.asarray(np.ones(len(examples)) if weights is None else weights, dtype=np.float32),
    )
    recipe = Recipe(epochs)
    chunks = [_chunk(texts[start : start + CHUNK]) for start in range(0, len(texts), CHUNK)]
    tasks = []
    for number in range(folds):
        rows = np.flatnonzero(np.asarray(fold) != number)
        own_seed = int(np.random.SeedSequence([seed, number]).generate_state(1)[0])
        key = _key(checkpoint, lessons.take(rows), recipe, own_seed)
        tasks.append(Task(cache / "teachers" / key, own_seed, rows, chunks))
    shape = (int(lessons.heads.max()) + 1, lessons.targets.shape[1])
    for task in tasks:
        task.folder.mkdir(parents=True, exist_ok=True)  # what cannot be written is refused now
    if left := _left(tasks):
        teach([Job(checkpoint.folder, *shape, lessons, recipe, task) for task in left])
    labels = np.empty((folds, len(texts), *shape), dtype=np.float32)
    for of_teacher, task in zip(labels, tasks, strict=True):
        of_teacher[:] = _read(task, shape)
    prune(cache / "teachers", [task.folder for task in tasks], CACHE_BYTES)
    return TeacherLabels(labels)


def _left(tasks: Sequence[Task]) -> list[Task]:
    """Return the tasks that are not done, each with the chunks that are not labelled."""
    left = []
    for task in tasks:
        chunks = [each for each in task.chunks if read_arrays(task.folder / each.name) is None]
        if chunks:
            left.append(replace(task, chunks=chunks))
    return left


def _read(task: Task, shape: tuple[int, int]) -> Floats:
    logits = [np.empty((0, *shape), dtype=np.float32)]
    for chunk in task.chunks:
        arrays = read_arrays(task.folder / chunk.name)
        if arrays is None:
            raise TeacherError(f"{task.folder / chunk.name} has gone again: run this once more.")
        logits += arrays
    return np.concatenate(logits)


def _chunk(texts: Sequence[str]) -> Chunk:
    return Chunk(f"labels-{_digest(_encoded(texts))}", texts)


def _key(checkpoint: Checkpoint, lessons: Lessons, recipe: Recipe, seed: int) -> str:
    """Return what tells one teacher from another: everything that it is made of."""
    arrays = (lessons.heads, lessons.targets, lessons.weights)
    return _digest(
        [
            f"{_VERSION} {checkpoint.sha256} {recipe} {seed} {lessons.targets.shape}".encode(),
            *(array.tobytes() for array in arrays),
            *_encoded(lessons.texts),
        ]
    )


def _encoded(texts: Sequence[str]) -> Iterator[bytes]:
    return (text.encode() for text in texts)


def _digest(parts: Sequence[bytes] | Iterator[bytes]) -> str:
    """SHA-256 over the parts, each with its length: two lists of parts never look the same."""
    digest = sha256()
    for part in parts:
        digest.update(f"{len(part)} ".encode())
        digest.update(part)
    return digest.hexdigest()[:32]
