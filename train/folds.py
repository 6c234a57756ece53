"""The parts of a cross-validation: near-duplicates stay together, sources and classes are even."""

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedGroupKFold

from train.corpus import CorpusError, Example
from train.groups import near_duplicate_groups


def assign_folds(examples: Sequence[Example], folds: int, seed: int) -> npt.NDArray[np.int64]:
    """Return the part that each example is in, 0 to ``folds - 1``, ``[N]``.

    Near-duplicates are in one part, so that no model is asked about what it has nearly seen.

    Args:
        examples: N of them, of each label ``folds`` or more.
        folds: how many parts.
        seed: of the order in which the parts are filled.

    Raises:
        CorpusError: there are fewer groups of near-duplicates than parts.
    """
    texts = [example.text for example in examples]
    groups = near_duplicate_groups(texts)
    if (count := len(np.unique(groups))) < folds:
        raise CorpusError(
            f"The texts are so alike that they count as {count} in cross-validation, where"
            f" {folds} are needed: add texts that differ in more than their numbers."
        )
    fold = np.empty(len(texts), dtype=np.int64)
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    for number, (_, out) in enumerate(splitter.split(texts, _kinds(examples, folds), groups)):
        fold[out] = number
    return fold


def _kinds(examples: Sequence[Example], folds: int) -> list[int]:
    """Number what is to be even over the parts: label and source, if there is enough of each."""
    kinds: list[Hashable] = [(example.source, example.label) for example in examples]
    if min(Counter(kinds).values()) < folds:
        kinds = [example.label for example in examples]
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(kind, len(numbers)) for kind in kinds]
