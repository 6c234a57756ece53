"""The whole of training: labelled texts in, artifacts out, each stage said on the way."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from tqdm import tqdm

from train.artifacts import write_artifacts
from train.calibration import Reliability, reliability
from train.checkpoint import Checkpoint
from train.corpus import Corpus
from train.crossvalidation import CrossValidation, cross_validate
from train.curriculum import from_labels, from_teacher
from train.fitting import DESIGN, Classifier, Design, fit_classifier
from train.folds import assign_folds
from train.material import Material
from train.metrics import DIGITS, Evaluation, evaluate_predictions
from train.network import Architecture, for_inference
from train.plots import confusion_matrix, learning_curve, reliability_diagram
from train.prepare import TrainingSet, prepare
from train.report import SourceReport, render_sources, report_sources
from train.revision import code_revision
from train.unlabeled import UnlabeledCorpus


@dataclass(frozen=True, slots=True)
class Course:
    """How a training goes: into how many folds, how many epochs at most, for which network."""

    folds: int
    epochs: int
    design: Design


UNTAUGHT = Course(folds=5, epochs=12, design=Design(architecture=Architecture(bag=True)))
"""For labels alone. A bag is as good on thousands of them as convolutions, better on hundreds."""
TAUGHT = Course(folds=3, epochs=6, design=DESIGN)
"""With a teacher: each fold costs one, and with so many texts an epoch is long."""

_NOTHING = UnlabeledCorpus((), ())
_log = logging.getLogger(__name__)


def train(
    corpus: Corpus,
    out: Path,
    *,
    seed: int = 0,
    max_epochs: int | None = None,
    teacher: Checkpoint | None = None,
    unlabeled: UnlabeledCorpus = _NOTHING,
) -> None:
    """Train on a corpus, judge by cross-validation, and write the artifacts.

    Args:
        corpus: any labels, two or more; the held-out sentences are dropped from it.
        out: folder for the artifacts.
        seed: same seed, same corpus, same machine: same figures.
        max_epochs: how many passes over the material cross-validation tries; if not given,
            as many as `TAUGHT` or `UNTAUGHT` has.
        teacher: gives its opinion of labelled and unlabelled texts; without one, labels alone
            teach.
        unlabeled: texts for the teacher; without one they are of no use.

    Raises:
        CorpusError: too little is left to train on.
        ProcessError: a process of cross-validation died.
        TeacherError: the teacher cannot be loaded, or its process died.
        OSError: an artifact cannot be written.
    """
    code_revision()  # before the code can change
    with _stage("1/5 prepare the corpus"):
        training = prepare(corpus)
        out.mkdir(parents=True, exist_ok=True)  # what cannot be written is refused now
        _log.info(training)
    course = UNTAUGHT if teacher is None else TAUGHT
    with _stage(f"2/5 gather what {course.folds} folds learn from"):
        fold = assign_folds(training.examples, course.folds, seed)
        if teacher is None:
            curriculum = from_labels(training, fold)
        else:
            curriculum = from_teacher(training, fold, unlabeled.sentences, teacher, seed=seed)
    with _stage(f"3/5 judge by {course.folds}-fold grouped cross-validation"):
        judged = cross_validate(
            training,
            fold,
            curriculum.without_fold,
            max_epochs=max_epochs or course.epochs,
            seed=seed,
            design=course.design,
        )
    with _stage(f"4/5 train {judged.epochs} epochs on all {len(curriculum.whole.texts)} texts"):
        classifier = _fit(curriculum.whole, training.labels, judged.epochs, course.design, seed)
    with _stage(f"5/5 write {out}"):
        judgement = _judge(training, judged)
        _write(out, corpus, teacher, unlabeled, training, judged, judgement, classifier, seed)
    _log.info("%s\nNext: make export", render_sources(judgement.sources))


@contextmanager
def _stage(title: str) -> Iterator[None]:
    _log.info("Stage %s …", title)
    start = perf_counter()
    yield
    _log.info("  done in %.0f s", perf_counter() - start)


def _fit(
    material: Material, labels: Sequence[str], epochs: int, design: Design, seed: int
) -> Classifier:
    with tqdm(desc="training", total=epochs, unit="epoch") as progress:
        return fit_classifier(
            material,
            labels,
            epochs=epochs,
            seed=seed,
            on_epoch=lambda *_: progress.update(),
            design=design,
        )


@dataclass(frozen=True, slots=True)
class _Judgement:
    """What cross-validation says: over all texts, by source and by fold, and how calibrated."""

    overall: Evaluation
    sources: tuple[SourceReport, ...]
    folds: tuple[Evaluation, ...]
    before: Reliability
    after: Reliability
    temperature: float


def _judge(training: TrainingSet, judged: CrossValidation) -> _Judgement:
    labels, truth, probabilities = training.labels, judged.truth, judged.calibrated()
    folds = [judged.fold == fold for fold in np.unique(judged.fold)]
    return _Judgement(
        overall=evaluate_predictions(labels, truth, probabilities),
        sources=report_sources(labels, training.examples, truth, probabilities),
        folds=tuple(evaluate_predictions(labels, truth[out], probabilities[out]) for out in folds),
        before=reliability(judged.uncalibrated(), truth),
        after=reliability(probabilities, truth),
        temperature=judged.temperature(),
    )


def _write(
    out: Path,
    corpus: Corpus,
    teacher: Checkpoint | None,
    unlabeled: UnlabeledCorpus,
    training: TrainingSet,
    judged: CrossValidation,
    judgement: _Judgement,
    classifier: Classifier,
    seed: int,
) -> None:
    write_artifacts(
        out,
        vectorizer=classifier.vectorizer,
        network=for_inference(classifier.network, judgement.temperature),
        texts=[example.text for example in training.examples],
        metrics={
            "labels": training.labels,
            "trained_on": [asdict(source) for source in corpus.sources],
            "distilled_on": [asdict(source) for source in unlabeled.sources],
            "training": _training_figures(training, judged, classifier, seed),
            "teacher": teacher and {"name": teacher.name, "sha256": teacher.sha256},
            "cross_validation": _cross_validation_figures(judgement),
            "calibration": {
                "temperature": round(judgement.temperature, DIGITS),
                "ece_before": round(judgement.before.ece, DIGITS),
                "ece_after": round(judgement.after.ece, DIGITS),
            },
        },
        plots={
            "learning-curve": learning_curve(judged.history),
            "confusion-matrix": confusion_matrix(judgement.overall),
            "reliability": reliability_diagram(judgement.before, judgement.after),
        },
    )


def _training_figures(
    training: TrainingSet, judged: CrossValidation, classifier: Classifier, seed: int
) -> dict[str, object]:
    return {
        "texts": len(training.examples),
        "dropped": {
            "held_out": training.held_out,
            "duplicates": training.duplicates,
            "conflicting": training.conflicting,
        },
        "seed": seed,
        "commit": code_revision(),
        "epochs": judged.epochs,
        "words": len(classifier.vectorizer.word_ids_),
        "pairs": len(classifier.vectorizer.pair_ids_),
        "parameters": int(classifier.network.count_params()),
    }


def _cross_validation_figures(judgement: _Judgement) -> dict[str, object]:
    """The figures over all folds' held-out texts, and how far the folds are apart."""
    folds = judgement.folds
    return {
        "folds": len(folds),
        "accuracy_sd": round(float(np.std([fold.accuracy for fold in folds], ddof=1)), DIGITS),
        "macro_f1_sd": round(float(np.std([fold.macro_f1 for fold in folds], ddof=1)), DIGITS),
        "overall": judgement.overall.to_dict(),
        "sources": {source.name: source.to_dict() for source in judgement.sources},
    }
