"""What the students of each experiment learn from."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bench.model_conditions import Conditions
from bench.model_recipes import Recipe
from train.curriculum import Curriculum, from_labels, from_teacher
from train.material import Material


class Curricula:
    """What each recipe's students learn from, cut out of what all texts together teach.

    So the teachers are asked once, and recipes differ in nothing but what they name.
    """

    def __init__(self, conditions: Conditions) -> None:
        self._conditions = conditions
        # Of one source left out or none at a time: each fills hundreds of megabytes.
        self._gathered: tuple[str, Curriculum] | None = None

    def of(self, recipe: Recipe) -> Curriculum:
        """Return the curriculum of a recipe.

        Raises:
            TeacherError: the teachers cannot be had.
            OSError: their cache cannot be written.
        """
        if not recipe.taught:
            known = self._conditions.without(recipe.without)
            return from_labels(known.training, known.fold)
        whole = self._taught(recipe.without)
        unwanted = self._unwanted(recipe, whole.whole.texts)
        return replace(
            whole,
            without_fold=tuple(_less(each, unwanted) for each in whole.without_fold),
            whole=_less(whole.whole, unwanted),
        )

    def _taught(self, without: str) -> Curriculum:
        if self._gathered is None or self._gathered[0] != without:
            known = self._conditions.without(without)
            if known.teacher is None:
                raise ValueError("there is no teacher to learn from")
            self._gathered = None
            curriculum = from_teacher(
                known.training, known.fold, known.unlabeled, known.teacher, seed=known.seed
            )
            self._gathered = (without, curriculum)
        return self._gathered[1]

    def _unwanted(self, recipe: Recipe, texts: Sequence[str]) -> frozenset[str]:
        wanted = {sentence.text for sentence in self._conditions.sentences(recipe.unlabeled)}
        unwanted = {sentence.text for sentence in self._conditions.unlabeled} - wanted
        if not recipe.variants:
            written = {example.text for example in self._conditions.training.examples}
            unwanted |= {*texts} - written - wanted
        return frozenset(unwanted)


def _less(material: Material, unwanted: frozenset[str]) -> Material:
    if not unwanted:
        return material
    return material.only(np.array([text not in unwanted for text in material.texts]))
