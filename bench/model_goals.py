"""What was promised of the student in cross-validation, and whether it holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.goal import Goal
from bench.model_cells import group_name
from bench.model_figures import ALL, Figures, GroupFigures
from train import phrasebank, sentfin, twitter

_ECE = 0.03


@dataclass(frozen=True, slots=True)
class _Promise:
    """The least accuracy and macro-F1 in a group; None where nothing was promised."""

    accuracy: float | None
    macro_f1: float


_PROMISES: Mapping[tuple[str, str], _Promise] = {
    (phrasebank.NAME, ALL): _Promise(0.82, 0.79),
    (phrasebank.NAME, "100 %"): _Promise(0.95, 0.94),
    (sentfin.NAME, ALL): _Promise(None, 0.82),
    (twitter.NAME, ALL): _Promise(None, 0.76),
}


def goals(student: Figures) -> tuple[Goal, ...]:
    """Judge what was promised of the student; there is no goal where there are no texts."""
    return tuple(_goals(student))


def _goals(student: Figures) -> Iterator[Goal]:
    for (source, level), promise in _PROMISES.items():
        group = student.group(source, level)
        if group is None:
            continue
        where = group_name(group)
        if promise.accuracy is not None:
            yield _at_least(where, "accuracy", group.accuracy.mean, promise.accuracy)
        yield _at_least(where, "macro-F1", group.macro_f1.mean, promise.macro_f1)
    for group in student.sources:
        yield _calibrated(group)


def _at_least(where: str, what: str, mean: float, least: float) -> Goal:
    return Goal(f"{where}: {what} at least {least:.2f}", mean >= least, f"{mean:.3f}")


def _calibrated(group: GroupFigures) -> Goal:
    goal = f"{group_name(group)}: expected calibration error at most {_ECE:.2f}"
    return Goal(goal, group.ece <= _ECE, f"{group.ece:.3f}")
