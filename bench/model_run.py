"""Runs experiments, and keeps what each has found as soon as it ends."""

from collections.abc import Sequence
from time import perf_counter

import numpy as np
from tqdm import tqdm

from bench.model_cache import Answered, Cache, Judged, code_digest
from bench.model_classic import fit_counts, fit_margins, out_of_fold
from bench.model_conditions import Conditions
from bench.model_curricula import Curricula
from bench.model_recipes import Recipe
from train.behaviour_cases import committed_cases
from train.crossvalidation import Floats, cross_validate
from train.fitting import fit_classifier

_DIGITS = 4  # of a logit: finer than what two machines agree on
_SMALLEST = 1e-6  # a probability below it is taken for it, as zero has no logarithm


class Experiments:
    """Experiments under the same conditions.

    Args:
        conditions: what they share.
        cache: where their outcomes are kept.
    """

    def __init__(self, conditions: Conditions, cache: Cache) -> None:
        self._conditions = conditions
        self._cache = cache
        self._curricula = Curricula(conditions)
        self._keys: dict[tuple[Recipe, bool], str] = {}

    def can_run(self, recipe: Recipe) -> bool:
        """Whether there is a teacher, if the recipe needs one."""
        return not recipe.taught or self._conditions.teacher is not None

    def forget(self, recipe: Recipe, *, asks: bool = False) -> None:
        """Drop what a recipe's cross-validation found, or what its last student answered."""
        self._cache.forget(self._key(recipe, asks=asks))

    def known(self, recipe: Recipe) -> Judged | None:
        """Return what a recipe's cross-validation found, if it has been run."""
        return self._cache.read(Judged, self._key(recipe))

    def known_answers(self, recipe: Recipe) -> Answered | None:
        """Return what a recipe's last student says of the behavioural tests, if it was asked."""
        return self._cache.read(Answered, self._key(recipe, asks=True))

    def judge(self, recipe: Recipe) -> Judged:
        """Cross-validate a recipe, unless that has been done.

        Raises:
            CorpusError: the texts are too few to learn from.
            TeacherError: the teachers cannot be had.
            OSError: a cache cannot be written.
        """
        if known := self.known(recipe):
            return known
        start = perf_counter()
        logits, epochs, texts = self._cross_validate(recipe)
        rows = np.round(logits, _DIGITS).tolist()
        judged = Judged(recipe.name, code_digest(), perf_counter() - start, epochs, texts, rows)
        self._cache.write(judged, self._key(recipe))
        return judged

    def ask(self, recipe: Recipe) -> Answered:
        """Train a recipe's student on all texts, and ask it about the behavioural tests.

        Raises:
            CorpusError: the texts are too few to learn from.
            TeacherError: the teachers cannot be had.
            OSError: a cache cannot be written.
        """
        if known := self.known_answers(recipe):
            return known
        epochs = self.judge(recipe).epochs
        start = perf_counter()
        with tqdm(desc="training", total=epochs, unit="epoch") as progress:
            classifier = fit_classifier(
                self._curricula.of(recipe).whole,
                self._conditions.training.labels,
                epochs=epochs,
                seed=self._conditions.seed,
                on_epoch=lambda *_: progress.update(),
                design=recipe.design,
            )
        logits = np.round(classifier.logits(behaviour_texts()), _DIGITS)
        answered = Answered(recipe.name, code_digest(), perf_counter() - start, logits.tolist())
        self._cache.write(answered, self._key(recipe, asks=True))
        return answered

    def _key(self, recipe: Recipe, *, asks: bool = False) -> str:
        """Return the key of what is found, or of what is answered; it takes a while to make."""
        if (recipe, asks) not in self._keys:
            more = ("behaviour", *behaviour_texts()) if asks else ()
            self._keys[recipe, asks] = self._conditions.key(recipe, *more)
        return self._keys[recipe, asks]

    def _cross_validate(self, recipe: Recipe) -> tuple[Floats, int, int]:
        """Return logits ``[N, C]``, epochs, and the mean number of texts learnt from."""
        conditions = self._conditions
        own = round(len(conditions.fold) * (1 - 1 / len(np.unique(conditions.fold))))
        match recipe.learner:
            case "counts":
                return out_of_fold(conditions, fit_counts), 0, own
            case "margins":
                return out_of_fold(conditions, fit_margins), 0, own
            case "teacher":
                return self._logits_of_teachers(recipe), 0, own
            case "student":
                material = self._curricula.of(recipe).without_fold
                judged = cross_validate(
                    conditions.training,
                    conditions.fold,
                    material,
                    max_epochs=conditions.max_epochs(recipe),
                    seed=conditions.seed,
                    design=recipe.design,
                )
                texts = round(float(np.mean([len(each.texts) for each in material])))
                return judged.logits, judged.epochs, texts

    def _logits_of_teachers(self, recipe: Recipe) -> Floats:
        said = self._curricula.of(recipe).out_of_fold
        if said is None:
            raise ValueError("there is no teacher to ask")
        return np.log(np.maximum(said.astype(np.float64), _SMALLEST))


def behaviour_texts() -> Sequence[str]:
    """Return the texts of the behavioural tests in their order."""
    return [text for case in committed_cases() for text in case.texts]
