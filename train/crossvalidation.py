"""Grouped cross-validation: what the model is worth on texts that it has not seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import softmax
from sklearn.model_selection import StratifiedGroupKFold
from tqdm import tqdm

from train.calibration import fit_temperature, negative_log_likelihood
from train.corpus import CorpusError
from train.fitting import Classifier, fit_classifier, truth_of
from train.groups import near_duplicate_groups
from train.plots import History
from train.prepare import TrainingSet

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]

FOLDS = 5


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """What the models of all folds say of the texts that they have not seen.

    Attributes:
        truth: class of each text, ``[N]``.
        fold: the fold in which each text was held out, ``[N]``.
        logits: of the model that has not seen the text, after ``epochs`` epochs, ``[N, C]``.
        epochs: the number of epochs that gave the lowest calibrated loss on the texts held out.
        history: loss and accuracy after each epoch, mean over the folds.
    """

    truth: Integers
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
            scaled[out] = self.logits[out] / fit_temperature(self.logits[~out], self.truth[~out])
        return np.asarray(softmax(scaled, axis=1))

    def temperature(self) -> float:
        """Return the temperature that suits all texts: the one for a model of the whole corpus."""
        return fit_temperature(self.logits, self.truth)


def cross_validate(training: TrainingSet, *, max_epochs: int, seed: int) -> CrossValidation:
    """Train a model on each four of five parts of the examples and ask it about the fifth.

    Near-duplicates stay in one part, so that no model is asked about what it has nearly seen.

    Args:
        training: what may be trained on.
        max_epochs: epochs to try.
        seed: of the parts and of the models.

    Raises:
        CorpusError: there are fewer than five groups of near-duplicates, or too few texts.
    """
    examples, labels = training.examples, training.labels
    texts = [example.text for example in examples]
    truth = truth_of(examples, labels)
    fold = _folds(texts, truth, seed)
    logits = np.empty((max_epochs, len(examples), len(labels)))
    trained: list[Mapping[str, float]] = []
    with tqdm(desc="cross-validation", total=FOLDS * max_epochs, unit="epoch") as progress:
        for number in range(FOLDS):
            seen = [
                example for example, other in zip(examples, fold, strict=True) if other != number
            ]
            out = np.flatnonzero(fold == number)

            def on_epoch(
                classifier: Classifier,
                figures: Mapping[str, float],
                out: Integers = out,
            ) -> None:
                epoch = len(trained) % max_epochs
                logits[epoch, out] = classifier.logits([texts[index] for index in out])
                trained.append(figures)
                progress.update()

            fit_classifier(seen, labels, epochs=max_epochs, seed=seed, on_epoch=on_epoch)
    history = _history(trained, logits, truth)
    best = int(np.argmin(history.validation_loss))
    return CrossValidation(truth, fold, logits[best], best + 1, history)


def _folds(texts: Sequence[str], truth: Integers, seed: int) -> Integers:
    """Return the part that each text is in, ``[N]``: near-duplicates together, classes even."""
    groups = near_duplicate_groups(texts)
    if (count := len(np.unique(groups))) < FOLDS:
        raise CorpusError(
            f"The texts are so alike that they count as {count} in cross-validation, where"
            f" {FOLDS} are needed: add texts that differ in more than their numbers."
        )
    fold = np.empty(len(texts), dtype=np.int64)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for number, (_, out) in enumerate(splitter.split(texts, truth, groups)):
        fold[out] = number
    return fold


def _history(trained: Sequence[Mapping[str, float]], logits: Floats, truth: Integers) -> History:
    """Mean over the folds of each epoch's figures; ``trained`` runs fold by fold.

    The loss on texts held out is the calibrated one: what is left once the temperature is set.
    """
    epochs = len(logits)

    def mean(figure: str) -> tuple[float, ...]:
        by_fold = np.array([figures[figure] for figures in trained]).reshape(FOLDS, epochs)
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
