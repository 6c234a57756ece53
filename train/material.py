"""What the student learns from: texts, and a distribution over the labels for each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from train.corpus import Example
from train.lessons import Floats, Integers

# By the share of annotators who agreed: how much an example weighs, and how much of its target is
# spread over all classes. Chosen by cross-validation on Financial PhraseBank; an example of which
# no agreement is known counts as unanimous.
_WEIGHT = {50: 0.4, 66: 0.7, 75: 0.9, 100: 1.0}
_SMOOTHING = {50: 0.4, 66: 0.3, 75: 0.15, 100: 0.05}


@dataclass(frozen=True, slots=True)
class Material:
    """Texts to learn from.

    Attributes:
        texts: N of them.
        targets: a distribution over the classes for each, ``[N, C]``.
        weights: how much each counts, ``[N]``.
    """

    texts: tuple[str, ...]
    targets: Floats
    weights: Floats

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Material":
        """Return what ``chosen`` ``[N]`` is true for."""
        texts = tuple(self.texts[index] for index in np.flatnonzero(chosen))
        return Material(texts, self.targets[chosen], self.weights[chosen])


def truth_of(examples: Sequence[Example], labels: Sequence[str]) -> Integers:
    """Return the class of each example, ``[N]``: the position of its label in ``labels``."""
    position = {label: index for index, label in enumerate(labels)}
    return np.array([position[example.label] for example in examples], dtype=np.int64)


def material_of(examples: Sequence[Example], labels: Sequence[str]) -> Material:
    """Return what the examples' own labels teach, in the order of the examples."""
    agreement = [_agreement(example) for example in examples]
    smoothing = np.array([[_SMOOTHING[each]] for each in agreement], dtype=np.float32)
    certain = np.eye(len(labels), dtype=np.float32)[truth_of(examples, labels)]
    return Material(
        tuple(example.text for example in examples),
        (certain * (1 - smoothing) + smoothing / len(labels)).astype(np.float32),
        np.array([_WEIGHT[each] for each in agreement], dtype=np.float32),
    )


def _agreement(example: Example) -> int:
    return 100 if example.agreement is None else example.agreement
