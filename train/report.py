"""A model's figures on each corpus, as data and as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from train.calibration import Floats, Integers
from train.corpus import Example
from train.display import printable, table
from train.metrics import Evaluation, agreement_groups, by_group, evaluate_predictions


@dataclass(frozen=True, slots=True)
class SourceReport:
    """One corpus: all of its rows, and those of each agreement level where it has levels."""

    name: str
    evaluation: Evaluation
    agreement: Mapping[str, Evaluation]

    def to_dict(self) -> dict[str, object]:
        """Give the figures as JSON types, rounded as `Evaluation.to_dict` does."""
        levels = {name: evaluation.to_dict() for name, evaluation in self.agreement.items()}
        return self.evaluation.to_dict() | {"agreement": levels}


def report_sources(
    labels: Sequence[str], examples: Sequence[Example], truth: Integers, probabilities: Floats
) -> tuple[SourceReport, ...]:
    """Judge each source of the examples by itself, and each level of agreement in it.

    Sources are not averaged: they differ in size, and in what they call neutral.

    Args:
        labels: names of the classes in column order, length C.
        examples: the N examples that were scored.
        truth: their classes, shape [N].
        probabilities: shape [N, C].

    Returns:
        one report a source, in the order in which the sources occur.
    """
    sources = np.array([example.source for example in examples])
    reports = []
    for name in dict.fromkeys(sources.tolist()):
        here = np.flatnonzero(sources == name)
        rows = labels, truth[here], probabilities[here]
        levels = agreement_groups([examples[row].agreement for row in here.tolist()])
        reports.append(SourceReport(name, evaluate_predictions(*rows), by_group(*rows, levels)))
    return tuple(reports)


def render_sources(sources: Sequence[SourceReport]) -> str:
    """Lay the figures out for a terminal."""
    parts: list[str] = []
    for source in sources:
        parts += ["", f"{printable(source.name)}: {source.evaluation.rows} texts"]
        parts += ["", _figures({"all": source.evaluation, **source.agreement})]
        parts += ["", _classes(source.evaluation)]
    return "\n".join(parts) + "\n"


def _figures(evaluations: Mapping[str, Evaluation]) -> str:
    header = ("agreement", "texts", "accuracy", "macro-F1", "95 % interval", "ECE")
    if len(evaluations) == 1:
        header = ("", *header[1:])
    rows = [
        (
            name,
            str(found.rows),
            f"{found.accuracy:.3f}",
            f"{found.macro_f1:.3f}",
            "{:.3f} to {:.3f}".format(*found.macro_f1_interval),
            f"{found.ece:.3f}",
        )
        for name, found in evaluations.items()
    ]
    return table([header, *rows])


def _classes(evaluation: Evaluation) -> str:
    header = ("class", "texts", "precision", "recall", "F1")
    rows = [
        (
            printable(found.label),
            str(found.support),
            f"{found.precision:.3f}",
            f"{found.recall:.3f}",
            f"{found.f1:.3f}",
        )
        for found in evaluation.classes
    ]
    return table([header, *rows])
