"""What the students of a training learn from: material for each fold, and for the last one.

With teachers, the student of a fold learns from the teacher that has not seen the fold either: that
judges teacher and student together. The last student learns from all teachers: each text of the
corpus as the one sees it that has not been shown its label, and unlabelled texts as their mean.

Source: Hinton et al. 2015, "Distilling the knowledge in a neural network".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from train import sentfin
from train.augmentation import augment
from train.checkpoint import Checkpoint
from train.lessons import Floats, Integers
from train.material import Material, material_of
from train.prepare import TrainingSet
from train.teacher import label_softly
from train.unlabeled import Unlabeled

# `make bench-model` compares others.
_TEACHER_EPOCHS = 3
_TAUGHT = 0.8
"""The teacher's share in the target of a text that has a label."""
_LABELLED_WEIGHT = 3.0
"""How much a labelled text counts; one that only the teacher has judged counts 1."""

_STYLE = {"uci_news_business_headlines": sentfin.NAME}
"""Unlabelled texts that read like those of a corpus; others read like those of the first one."""

_ANY_FOLD = -1


@dataclass(frozen=True, slots=True)
class Curriculum:
    """What there is to learn.

    Attributes:
        without_fold: for each fold, material that leaves it out.
        whole: that of the last student.
        out_of_fold: what the teacher that has not seen an example says of it, probabilities
            ``[N, C]``; None without teachers.
    """

    without_fold: tuple[Material, ...]
    whole: Material
    out_of_fold: Floats | None = None


def from_labels(training: TrainingSet, fold: Integers) -> Curriculum:
    """Teach what the labels say.

    Args:
        training: the examples.
        fold: of each example, ``[N]``, from 0 on.
    """
    lessons = material_of(training.examples, training.labels)
    folds = range(int(fold.max()) + 1)
    return Curriculum(tuple(lessons.only(fold != number) for number in folds), lessons)


def from_teacher(
    training: TrainingSet,
    fold: Integers,
    unlabeled: Sequence[Unlabeled],
    teacher: Checkpoint,
    *,
    seed: int,
) -> Curriculum:
    """Teach what the labels and a teacher for each fold say, of more texts than have labels.

    Args:
        training: the examples.
        fold: of each example, ``[N]``, from 0 on.
        unlabeled: more texts of the kind.
        teacher: what a teacher for each fold is fine-tuned from, unless it is in the cache.
        seed: of variants and teachers.

    Raises:
        TeacherError: the checkpoint is no encoder, or a teacher's process died.
        OSError: the cache cannot be written.
    """
    transfer = _transfer_set(training, fold, unlabeled, seed)
    labelled = material_of(training.examples, training.labels)
    taught = _taught(teacher, training, labelled, fold, transfer, seed)
    folds = range(len(taught))
    out_of_fold = np.where(
        (transfer.fold == _ANY_FOLD)[:, np.newaxis],
        taught.mean(axis=0),
        taught[np.maximum(transfer.fold, 0), np.arange(len(transfer.texts))],
    )
    return Curriculum(
        tuple(
            _mixed(transfer, taught[number], labelled).only(transfer.fold != number)
            for number in folds
        ),
        _mixed(transfer, out_of_fold, labelled),
        out_of_fold[: len(fold)],
    )


@dataclass(frozen=True, slots=True)
class _TransferSet:
    """The texts that the teachers judge: the labelled ones, their variants, unlabelled ones.

    Attributes:
        texts: T of them.
        fold: the fold of each, its parent's for a variant, ``[T]``.
        head: the position of the source whose labels suit each, ``[T]``.
    """

    texts: tuple[str, ...]
    fold: Integers
    head: Integers


def _transfer_set(
    training: TrainingSet, fold: Integers, unlabeled: Sequence[Unlabeled], seed: int
) -> _TransferSet:
    examples = training.examples
    sources = _sources(training)
    head = np.array([sources.index(example.source) for example in examples], dtype=np.int64)
    variants = augment(examples, fold=fold, seed=seed)
    parents = np.array([variant.parent for variant in variants], dtype=np.int64)
    styles = [_STYLE.get(text.source, "") for text in unlabeled]
    return _TransferSet(
        (
            *(example.text for example in examples),
            *(variant.text for variant in variants),
            *(text.text for text in unlabeled),
        ),
        np.concatenate([fold, fold[parents], np.full(len(unlabeled), _ANY_FOLD)]),
        np.concatenate(
            [
                head,
                head[parents],
                np.array(
                    [sources.index(style) if style in sources else 0 for style in styles], int
                ),
            ]
        ),
    )


def _sources(training: TrainingSet) -> tuple[str, ...]:
    return tuple(dict.fromkeys(example.source for example in training.examples))


def _taught(
    teacher: Checkpoint,
    training: TrainingSet,
    labelled: Material,
    fold: Integers,
    transfer: _TransferSet,
    seed: int,
) -> Floats:
    """Return what each fold's teacher says of each text, probabilities ``[K, T, C]``.

    Texts of small sources count more, by a square root: halfway between each text counting the
    same and each source.
    """
    head = transfer.head[: len(fold)]
    rows = np.bincount(head)
    labels = label_softly(
        transfer.texts,
        training.examples,
        labelled.targets,
        fold,
        head,
        folds=int(fold.max()) + 1,
        checkpoint=teacher,
        epochs=_TEACHER_EPOCHS,
        seed=seed,
        weights=np.sqrt(rows.max() / rows[head]),
    )
    own = labels.fold_logits[:, np.arange(len(transfer.texts)), transfer.head]
    return np.asarray(softmax(own, axis=2))


def _mixed(transfer: _TransferSet, taught: Floats, labelled: Material) -> Material:
    """Mix labels into what is taught of the texts that have them; they come first."""
    count = len(labelled.texts)
    targets = taught.copy()
    targets[:count] = _TAUGHT * taught[:count] + (1 - _TAUGHT) * labelled.targets
    weights = np.ones(len(transfer.texts), dtype=np.float32)
    weights[:count] = _LABELLED_WEIGHT
    return Material(transfer.texts, targets, weights)
