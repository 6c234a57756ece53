"""Grouped cross-validation: what the model is worth on texts that it has not seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import softmax
from tqdm import tqdm

from train.calibration import fit_temperature, negative_log_likelihood
from train.fitting import DESIGN, Classifier, Design, fit_classifier
from train.material import Material, truth_of
from train.plots import History
from train.prepare import TrainingSet
from train.reproducibility import make_reproducible
from train.side_by_side import Step, run_side_by_side

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]

# Texts times epochs: below that, training takes less time than starting TensorFlow anew.
_WORTH_PROCESSES = 200_000


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """What the models of all folds say of the texts that they have not seen.

    Attributes:
        truth: class of each text, ``[N]``.
        source: number of each text's source, ``[N]``.
        fold: the fold in which each text was held out, ``[N]``.
        logits: of the model that has not seen the text, after ``epochs`` epochs, ``[N, C]``.
        epochs: the number of epochs that gave the lowest calibrated loss on the texts held out.
        history: loss and accuracy after each epoch, mean over the folds.
    """

    truth: Integers
    source: Integers
    fold: Integers
    logits: Floats
    epochs: int
    history: History

    def uncalibrated(self) -> Floats:
        """Return the probabilities as the networks give them, ``[N, C]``."""
        return np.asarray(softmax(self.logits, axis=1))

    def calibrated(self) -> Floats:
        """Return probabilities calibrated on the other folds' texts only, ``[N, C]``."""
        scaled = np.empty_like(self.logits)
        for fold in np.unique(self.fold):
            out = self.fold == fold
            scaled[out] = self.logits[out] / self._temperature(~out)
        return np.asarray(softmax(scaled, axis=1))

    def temperature(self) -> float:
        """Return the temperature that suits all texts: the one for a model of the whole corpus."""
        return self._temperature(np.ones(len(self.truth), dtype=bool))

    def _temperature(self, chosen: npt.NDArray[np.bool_]) -> float:
        """Fit it to some of the texts; each source counts the same, however large it is."""
        source = self.source[chosen]
        weights = 1 / np.bincount(source)[source]
        return fit_temperature(self.logits[chosen], self.truth[chosen], weights)


def cross_validate(
    training: TrainingSet,
    fold: Integers,
    material: Sequence[Material],
    *,
    max_epochs: int,
    seed: int,
    design: Design = DESIGN,
) -> CrossValidation:
    """Train a model without each of the folds and ask it about that fold's texts.

    Args:
        training: the examples that are asked about.
        fold: in which fold each is held out, from 0 on, ``[N]``.
        material: what the model of each fold learns from.
        max_epochs: epochs to try.
        seed: of the models.
        design: how large vocabularies and networks are.

    Raises:
        CorpusError: the texts are too few to learn from.
        ProcessError: the process of a fold died.
    """
    truth = truth_of(training.examples, training.labels)
    logits = np.empty((max_epochs, len(training.examples), len(training.labels)))
    trained: list[Mapping[str, float]] = []
    with tqdm(desc="cross-validation", total=len(material) * max_epochs, unit="epoch") as progress:
        outs = [np.flatnonzero(fold == number) for number in range(len(material))]
        jobs = [
            _Fold(
                of_fold,
                [training.examples[index].text for index in out],
                training.labels,
                max_epochs,
                seed,
                design,
            )
            for of_fold, out in zip(material, outs, strict=True)
        ]
        for out, heard in zip(outs, _heard(jobs, lambda: progress.update()), strict=True):
            logits[:, out] = heard.logits
            trained += heard.figures
    history = _history(trained, logits, truth)
    best = int(np.argmin(history.validation_loss))
    names = [example.source for example in training.examples]
    source = np.unique(names, return_inverse=True)[1]
    return CrossValidation(truth, source, fold, logits[best], best + 1, history)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a fold's model says after each epoch, ``[E, n, C]``, and figures of its training."""

    logits: Floats
    figures: Sequence[Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class _Fold:
    """A model to train, and what to ask it after each epoch."""

    material: Material
    texts: Sequence[str]
    labels: Sequence[str]
    epochs: int
    seed: int
    design: Design

    def __call__(self, on_step: Step) -> _Heard:
        logits: list[Floats] = []
        trained: list[Mapping[str, float]] = []

        def on_epoch(classifier: Classifier, figures: Mapping[str, float]) -> None:
            logits.append(classifier.logits(self.texts))
            trained.append(figures)
            on_step()

        fit_classifier(
            self.material,
            self.labels,
            epochs=self.epochs,
            seed=self.seed,
            on_epoch=on_epoch,
            design=self.design,
        )
        return _Heard(np.stack(logits), trained)

    def alone(self, on_step: Step) -> _Heard:
        """Do it in a process of its own, on one core: steps are too small to share out."""
        make_reproducible(threads=1)
        return self(on_step)


def _heard(folds: Sequence[_Fold], on_step: Step) -> Iterable[_Heard]:
    if sum(len(each.material.texts) * each.epochs for each in folds) < _WORTH_PROCESSES:
        return (each(on_step) for each in folds)
    return run_side_by_side([each.alone for each in folds], on_step)


def _history(trained: Sequence[Mapping[str, float]], logits: Floats, truth: Integers) -> History:
    """Mean over the folds of each epoch's figures; ``trained`` runs fold by fold.

    The loss on texts held out is the calibrated one: what is left once the temperature is set.
    """
    epochs = len(logits)

    def mean(figure: str) -> tuple[float, ...]:
        by_fold = np.array([figures[figure] for figures in trained]).reshape(-1, epochs)
        return tuple(by_fold.mean(axis=0).tolist())

    right = (logits.argmax(axis=2) == truth).mean(axis=1)
    return History(
        training_loss=mean("loss"),
        validation_loss=tuple(
            negative_log_likelihood(each, truth, fit_temperature(each, truth)) for each in logits
        ),
        training_accuracy=mean("accuracy"),
        validation_accuracy=tuple(right.tolist()),
    )
