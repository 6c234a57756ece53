"""From a corpus as it was read to the examples that are trained on."""

from dataclasses import dataclass

from train.corpus import Corpus, Example
from train.duplicates import drop_duplicates
from train.holdout import split
from train.table import require_classes


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Examples to train on, their labels in order, and how many were dropped for which reason.

    `conflicting` counts texts that had two labels; their examples are among the `duplicates`.
    """

    examples: tuple[Example, ...]
    labels: tuple[str, ...]
    held_out: int
    duplicates: int
    conflicting: int

    def __str__(self) -> str:
        counts = dict.fromkeys(self.labels, 0)
        for example in self.examples:
            counts[example.label] += 1
        classes = ", ".join(f"{label} {count}" for label, count in counts.items())
        return (
            f"{len(self.examples)} texts ({classes}); dropped: {self.held_out} held out,"
            f" {self.duplicates} duplicates, among them all of {self.conflicting} texts with two"
            " labels"
        )


def prepare(corpus: Corpus) -> TrainingSet:
    """Drop the held-out sentences, then the duplicates; order the labels.

    Raises:
        CorpusError: too little is left to train on.
    """
    training, held_out = split(corpus)
    examples, dropped = drop_duplicates(training.examples)
    require_classes(examples, "Without held-out sentences and duplicates")
    return TrainingSet(
        examples,
        tuple(sorted({example.label for example in examples})),
        held_out=len(held_out.examples),
        duplicates=dropped.removed,
        conflicting=len(dropped.conflicting),
    )
