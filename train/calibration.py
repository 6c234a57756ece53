"""How far a model's probabilities can be trusted: temperature, calibration error, reliability."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

Floats: TypeAlias = NDArray[np.floating[Any]]
Integers: TypeAlias = NDArray[np.integer[Any]]

# A validation set that the model separates perfectly has its optimum at T = 0, one that it gets
# wholly wrong at infinity; the bounds keep such a model usable. Real ones lie between 1 and 3.
TEMPERATURE_BOUNDS = (0.05, 20.0)
# float32 softmax rows add up to one within about 1e-6; anything further off is not a distribution.
SUM_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """The rows whose confidence lies in (lower, upper]: how many, how sure, how often right."""

    lower: float
    upper: float
    rows: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """What a reliability diagram shows: the bins that hold a row, in order, and their ECE."""

    bins: tuple[ReliabilityBin, ...]
    rows: int
    ece: float


def check_scores(truth: Integers, scores: Floats) -> None:
    """Refuse arrays that cannot be judged together.

    Args:
        truth: the true class of each row, 0 .. C - 1, shape [N].
        scores: logits or probabilities, shape [N, C].

    Raises:
        ValueError: no rows, fewer than two classes, unequal lengths, a class outside of the
            columns, or a score that is not finite.
    """
    if scores.ndim != 2 or scores.shape[1] < 2 or truth.shape != scores.shape[:1]:
        raise ValueError(
            f"truth {truth.shape} and scores {scores.shape} should be [N] and [N, C], C >= 2"
        )
    if not len(truth):
        raise ValueError("there are no rows to judge")
    if truth.min() < 0 or truth.max() >= scores.shape[1]:
        raise ValueError(f"truth names a class outside of 0 .. {scores.shape[1] - 1}")
    if not np.isfinite(scores).all():
        raise ValueError("scores hold a value that is not finite")


def check_probabilities(truth: Integers, probabilities: Floats) -> None:
    """Refuse what `check_scores` does, and rows that are no probability distribution.

    Raises:
        ValueError: see `check_scores`; or a negative value, or a row that does not add up to one.
    """
    check_scores(truth, probabilities)
    if probabilities.min() < 0 or np.abs(probabilities.sum(axis=1) - 1).max() > SUM_TOLERANCE:
        raise ValueError("probabilities should be at least 0 and add up to 1 in each row")


def negative_log_likelihood(
    logits: Floats, truth: Integers, temperature: float, weights: Floats | None = None
) -> float:
    """Mean of -log p(true class), in nats, where p = softmax(logits / temperature).

    Args:
        logits: shape [N, C].
        truth: true classes, shape [N].
        temperature: greater than 0.
        weights: how much each row counts, shape [N]; all the same if not given.
    """
    scaled = logits.astype(np.float64) / temperature
    losses = logsumexp(scaled, axis=1) - scaled[np.arange(len(truth)), truth]
    return float(np.average(losses, weights=weights))


def fit_temperature(logits: Floats, truth: Integers, weights: Floats | None = None) -> float:
    """Find the temperature T that makes softmax(logits / T) most likely on rows not trained on.

    The loss is convex in 1 / T, so it has one minimum along log T and a bounded scalar search finds
    it. Labels do not change: T > 0 keeps the order of the logits.
    Source: Guo et al. 2017, "On Calibration of Modern Neural Networks", section 4.2.

    Args:
        logits: what the network gives before its softmax, shape [N, C].
        truth: true classes, shape [N].
        weights: how much each row counts, shape [N]; all the same if not given.

    Returns:
        T within `TEMPERATURE_BOUNDS`; above 1 for a model that was too sure of itself.

    Raises:
        ValueError: see `check_scores`.
    """
    check_scores(truth, logits)
    low, high = np.log(TEMPERATURE_BOUNDS)

    def loss(log_temperature: float) -> float:
        return negative_log_likelihood(logits, truth, float(np.exp(log_temperature)), weights)

    found = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-6})
    return float(np.exp(found.x))


def reliability(probabilities: Floats, truth: Integers, bins: int = 15) -> Reliability:
    """Compare confidence (the largest probability of a row) with accuracy, bin by bin.

    Bins have equal width over (0, 1] as in Guo et al. 2017, because that is the figure other models
    publish. Bins of equal mass would spread the error of the estimate more evenly, but they move
    with the model, so that two models, or one before and after its temperature, would be compared
    on different bins.

    Args:
        probabilities: shape [N, C], rows add up to one.
        truth: true classes, shape [N].
        bins: number of bins, at least 1.

    Returns:
        the bins that hold a row, and the expected calibration error: the mean over all rows of
        |accuracy - confidence| of the row's bin, between 0 and 1.

    Raises:
        ValueError: `bins` below 1; see `check_probabilities`.
    """
    if bins < 1:
        raise ValueError(f"bins should be at least 1, not {bins}")
    check_probabilities(truth, probabilities)
    confidence = np.clip(probabilities.max(axis=1).astype(np.float64), 0.0, 1.0)
    correct = (probabilities.argmax(axis=1) == truth).astype(np.float64)
    index = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    rows = np.bincount(index, minlength=bins)
    confidences = np.bincount(index, weights=confidence, minlength=bins)
    corrects = np.bincount(index, weights=correct, minlength=bins)
    filled = tuple(
        ReliabilityBin(
            lower=float(i / bins),
            upper=float((i + 1) / bins),
            rows=int(rows[i]),
            confidence=float(confidences[i] / rows[i]),
            accuracy=float(corrects[i] / rows[i]),
        )
        for i in np.flatnonzero(rows)
    )
    ece = float(np.abs(corrects - confidences).sum() / len(truth))
    return Reliability(bins=filled, rows=len(truth), ece=ece)


def expected_calibration_error(probabilities: Floats, truth: Integers, bins: int = 15) -> float:
    """Expected calibration error (ECE) over bins of equal width; see `reliability`.

    Returns:
        0 (probabilities that can be taken at their word) to 1.

    Raises:
        ValueError: see `reliability`.
    """
    return reliability(probabilities, truth, bins).ece
