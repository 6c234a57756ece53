"""The figures by which a classifier is judged: accuracy, F1, their uncertainty, calibration."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from train.calibration import Floats, Integers, check_probabilities, expected_calibration_error

RESAMPLES = 2000
# Four digits are finer than the noise of any corpus here, and coarser than the last bits that
# differ between two machines: the same run writes the same file.
DIGITS = 4
# The agreement levels of Financial PhraseBank, one published file each (Malo et al. 2014).
AGREEMENT_LEVELS = (50, 66, 75, 100)


@dataclass(frozen=True, slots=True)
class ClassMetrics:
    """One class against the rest; support = how many rows truly belong to it."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A model's figures on one set of rows.

    `macro_f1_interval` is its 95 % bootstrap interval, `ece` the expected calibration error;
    `confusion[i][j]` counts the rows of class i that were taken for class j, in label order.
    """

    rows: int
    accuracy: float
    macro_f1: float
    macro_f1_interval: tuple[float, float]
    ece: float
    classes: tuple[ClassMetrics, ...]
    confusion: tuple[tuple[int, ...], ...]

    def to_dict(self) -> dict[str, object]:
        """Give the fields as JSON types, shares rounded to `DIGITS` digits."""
        return {name: _rounded(value) for name, value in asdict(self).items()}


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, tuple | list):
        return [_rounded(item) for item in value]
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    return value


def macro_f1(confusion: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean F1 over the classes that occur, for any number of confusion matrices at once.

    A class that is neither true nor predicted anywhere is left out of the mean, one that is only
    true or only predicted counts as 0: what scikit-learn's `f1_score(average="macro")` does.

    Args:
        confusion: counts, rows true and columns predicted, shape [..., C, C].

    Returns:
        macro-F1 of each matrix, shape [...].

    Raises:
        ValueError: a matrix without a count.
    """
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    occurrences = confusion.sum(axis=-1) + confusion.sum(axis=-2)
    present = occurrences > 0
    if not present.any(axis=-1).all():
        raise ValueError("macro-F1 needs at least one row")
    f1 = 2 * hits / np.where(present, occurrences, 1)
    mean: NDArray[np.float64] = f1.sum(axis=-1) / present.sum(axis=-1)
    return mean


def bootstrap_macro_f1(
    confusion: NDArray[np.int64], seed: int = 0, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """95 % percentile interval of macro-F1 over resampled rows (Efron 1979).

    Macro-F1 sees the rows only through their confusion matrix, and the matrix of N rows drawn with
    replacement is one multinomial draw from its cells: the same bootstrap without drawing a row.
    Few rows can leave the point estimate just outside of its percentiles; the interval is then
    widened to it.

    Args:
        confusion: counts, shape [C, C], at least one row.
        seed: same seed, same interval.
        resamples: how many matrices are drawn.
    """
    rows = int(confusion.sum())
    cells = confusion.ravel() / rows
    drawn = np.random.default_rng(seed).multinomial(rows, cells, size=resamples)
    scores = macro_f1(drawn.reshape(resamples, *confusion.shape))
    low, high = np.quantile(scores, (0.025, 0.975))
    point = float(macro_f1(confusion))
    return min(float(low), point), max(float(high), point)


def evaluate_predictions(
    labels: Sequence[str], truth: Integers, probabilities: Floats, seed: int = 0
) -> Evaluation:
    """Judge probabilities against the truth; the predicted class is the first most probable one.

    Args:
        labels: names of the classes in column order, length C.
        truth: true classes, 0 .. C - 1, shape [N].
        probabilities: shape [N, C], rows add up to one.
        seed: of the bootstrap.

    Raises:
        ValueError: labels and columns differ in number; or what
            `train.calibration.check_probabilities` refuses.
    """
    check_probabilities(truth, probabilities)
    if len(labels) != probabilities.shape[1]:
        raise ValueError(f"{len(labels)} labels for {probabilities.shape[1]} columns")
    predicted = probabilities.argmax(axis=1)
    columns = np.arange(len(labels))
    confusion: NDArray[np.int64] = confusion_matrix(truth, predicted, labels=columns)
    per_class = precision_recall_fscore_support(
        truth, predicted, labels=columns, average=None, zero_division=0
    )
    return Evaluation(
        rows=len(truth),
        accuracy=float(np.mean(predicted == truth)),
        macro_f1=float(macro_f1(confusion)),
        macro_f1_interval=bootstrap_macro_f1(confusion, seed),
        ece=expected_calibration_error(probabilities, truth),
        classes=tuple(
            ClassMetrics(label, float(precision), float(recall), float(f1), int(support))
            for label, precision, recall, f1, support in zip(labels, *per_class, strict=True)
        ),
        confusion=tuple(tuple(row) for row in confusion.tolist()),
    )


def agreement_groups(agreement: Sequence[int | None]) -> dict[str, NDArray[np.bool_]]:
    """Select rows by how many annotators agreed, nested as the published files are.

    Financial PhraseBank's 50 % file holds all rows and each higher file a part of the one below,
    and that is how others report it: ">= 75 %" are the rows of the 75 % file, those of the 100 %
    file included. A row without an agreement is in no group; a level without rows is left out.

    Args:
        agreement: for each row the highest of `AGREEMENT_LEVELS` that it reaches, or None.

    Returns:
        name of the level -> which rows belong to it, shape [N].
    """
    reached = np.array([0 if level is None else level for level in agreement], dtype=np.int64)
    names = {level: "100 %" if level == 100 else f">= {level} %" for level in AGREEMENT_LEVELS}
    return {name: reached >= level for level, name in names.items() if (reached >= level).any()}


def by_group(
    labels: Sequence[str],
    truth: Integers,
    probabilities: Floats,
    groups: Mapping[str, NDArray[np.bool_]],
    seed: int = 0,
) -> dict[str, Evaluation]:
    """Judge each group of rows on its own; groups may overlap.

    Args:
        labels: names of the classes in column order, length C.
        truth: true classes, shape [N].
        probabilities: shape [N, C].
        groups: name -> which rows belong to it, shape [N], each with at least one row.
        seed: of the bootstrap, the same for each group.

    Raises:
        ValueError: see `evaluate_predictions`.
    """
    return {
        name: evaluate_predictions(labels, truth[chosen], probabilities[chosen], seed)
        for name, chosen in groups.items()
    }
