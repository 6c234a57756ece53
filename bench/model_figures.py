"""The figures of an experiment over the folds, by source, by agreement and by class."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from bench.model_cache import Judged
from bench.model_conditions import Conditions
from bench.model_recipes import Recipe
from train.calibration import expected_calibration_error
from train.crossvalidation import CrossValidation, Floats
from train.fitting import Design
from train.metrics import Evaluation, agreement_groups, evaluate_predictions
from train.plots import History

Rows: TypeAlias = npt.NDArray[np.bool_]

ALL = ""
"""The name of the group that holds all texts of a source."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure of each fold, their mean, and their standard deviation."""

    mean: float
    sd: float
    folds: tuple[float, ...]

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Return the spread of one value or more."""
        sd = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
        return cls(float(np.mean(values)), sd, tuple(values))


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class against the rest; texts are those that truly belong to it."""

    label: str
    texts: int
    f1: Spread


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """A source, or those of its texts on which so many annotators agreed.

    Attributes:
        source: its name.
        level: of agreement, or `ALL`.
        texts: how many.
        accuracy: of each fold.
        macro_f1: of each fold.
        ece_before: of all texts' probabilities as they are; None where scores are none.
        ece: calibrated by one temperature, found on the other folds.
        classes: in the order of the labels.
    """

    source: str
    level: str
    texts: int
    accuracy: Spread
    macro_f1: Spread
    ece_before: float | None
    ece: float
    classes: tuple[ClassFigures, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a recipe is worth.

    Attributes:
        name: of the recipe, as are title and design.
        code: of train/ that found it; see `bench.model_cache.code_digest`.
        learnt: how many texts its models learnt from, mean of the folds.
        epochs: that were best on the texts held out; 0 where there was no choice.
        seconds: that it took.
        groups: sources, and their levels of agreement.
    """

    name: str
    title: str
    design: Design
    code: str
    learnt: int
    epochs: int
    seconds: float
    groups: tuple[GroupFigures, ...]

    def group(self, source: str, level: str = ALL) -> GroupFigures | None:
        """Return the figures of a group, or None where there is no such group."""
        wanted = (source, level)
        return next((each for each in self.groups if (each.source, each.level) == wanted), None)

    @property
    def sources(self) -> tuple[GroupFigures, ...]:
        """The groups that hold all texts of a source."""
        return tuple(group for group in self.groups if group.level == ALL)


def probabilities(judged: Judged, conditions: Conditions) -> Floats:
    """Return the probabilities of all texts, each calibrated on the other folds, ``[N, C]``."""
    return _validation(judged, conditions).calibrated()


def temperature(judged: Judged, conditions: Conditions) -> float:
    """Return the temperature that suits a model of all texts."""
    return _validation(judged, conditions).temperature()


def figures_of(recipe: Recipe, judged: Judged, conditions: Conditions) -> Figures:
    """Return the figures of a recipe."""
    validation = _validation(judged, conditions)
    calibrated = validation.calibrated()
    before = None if recipe.learner == "margins" else softmax(validation.logits, axis=1)
    groups = tuple(
        _group(source, level, chosen, conditions, calibrated, before)
        for source, level, chosen in _groups(conditions)
    )
    return Figures(
        name=recipe.name,
        title=recipe.title,
        design=recipe.design,
        code=judged.code,
        learnt=judged.texts,
        epochs=judged.epochs,
        seconds=judged.seconds,
        groups=groups,
    )


def _validation(judged: Judged, conditions: Conditions) -> CrossValidation:
    names = [example.source for example in conditions.training.examples]
    return CrossValidation(
        truth=conditions.truth,
        source=np.unique(names, return_inverse=True)[1],
        fold=conditions.fold,
        logits=np.array(judged.logits),
        epochs=judged.epochs,
        history=History((), (), (), ()),
    )


def _groups(conditions: Conditions) -> Iterator[tuple[str, str, Rows]]:
    """Yield name, level and rows of each source, and of each level of agreement in it."""
    examples = conditions.training.examples
    sources = np.array([example.source for example in examples])
    levels = agreement_groups([example.agreement for example in examples])
    for source in dict.fromkeys(sources.tolist()):
        here = sources == source
        yield source, ALL, here
        for level, reached in levels.items():
            if (here & reached).any():
                yield source, level, here & reached


def _group(
    source: str,
    level: str,
    rows: Rows,
    conditions: Conditions,
    calibrated: Floats,
    before: Floats | None,
) -> GroupFigures:
    labels, truth, fold = conditions.training.labels, conditions.truth, conditions.fold
    parts = [rows & (fold == number) for number in np.unique(fold[rows])]
    judged = [evaluate_predictions(labels, truth[part], calibrated[part]) for part in parts]
    return GroupFigures(
        source=source,
        level=level,
        texts=int(rows.sum()),
        accuracy=Spread.of([each.accuracy for each in judged]),
        macro_f1=Spread.of([each.macro_f1 for each in judged]),
        ece_before=None
        if before is None
        else expected_calibration_error(before[rows], truth[rows]),
        ece=expected_calibration_error(calibrated[rows], truth[rows]),
        classes=tuple(_class(index, judged) for index in range(len(labels))),
    )


def _class(index: int, judged: Sequence[Evaluation]) -> ClassFigures:
    found = [evaluation.classes[index] for evaluation in judged]
    return ClassFigures(
        label=found[0].label,
        texts=sum(each.support for each in found),
        f1=Spread.of([each.f1 for each in found]),
    )
