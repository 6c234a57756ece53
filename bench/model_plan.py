"""Which experiments are to be run, and their running one after the other."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

from bench.model_cache import Answered, Judged, code_digest
from bench.model_recipes import BEHAVIOUR, GROUPS, Recipe
from bench.model_run import Experiments
from train.display import table

_log = logging.getLogger(__name__)


class PlanError(Exception):
    """There is no such experiment; the message is one sentence that says what to change."""


@dataclass(frozen=True, slots=True)
class Step:
    """An experiment as it is called: a recipe's cross-validation, or the questions to its model."""

    name: str
    groups: tuple[str, ...]
    recipe: Recipe
    asks: bool = False

    def known(self, experiments: Experiments) -> Judged | Answered | None:
        """Return what it found, if it has been run."""
        known = experiments.known_answers if self.asks else experiments.known
        return known(self.recipe)

    def forget(self, experiments: Experiments) -> None:
        """Drop what it found."""
        experiments.forget(self.recipe, asks=self.asks)

    def run(self, experiments: Experiments) -> None:
        """Run it, unless that has been done; see `Experiments` for what is raised."""
        (experiments.ask if self.asks else experiments.judge)(self.recipe)


def steps() -> tuple[Step, ...]:
    """Return all experiments, those that share what their teachers said next to each other."""
    return tuple(sorted(_steps(), key=lambda step: step.recipe.without))


def select(names: Sequence[str]) -> tuple[Step, ...]:
    """Return the experiments that are called so, or whose group is; all where no name is given.

    Raises:
        PlanError: there is nothing of a name.
    """
    groups = dict.fromkeys(group for step in steps() for group in step.groups)
    known = {*groups, *(step.name for step in steps())}
    if unknown := [name for name in names if name not in known]:
        raise PlanError(
            f"There is no experiment {', '.join(unknown)}: take one that --list names, or"
            f" {', '.join(groups)} for all of a group."
        )
    wanted = set(names) or known
    return tuple(step for step in steps() if wanted & {step.name, *step.groups})


def run_all(experiments: Experiments, chosen: Sequence[Step]) -> None:
    """Run experiments, and say what is done; those that need a teacher only if there is one."""
    possible = [step for step in chosen if experiments.can_run(step.recipe)]
    if left := len(chosen) - len(possible):
        _log.info("%d experiments need a teacher and are left out.", left)
    for number, step in enumerate(possible, start=1):
        known = step.known(experiments)
        _log.info(
            "%d/%d %s: %s %s",
            number,
            len(possible),
            step.name,
            step.recipe.title,
            _state(known),
        )
        if not known:
            start = perf_counter()
            step.run(experiments)
            _log.info("  done in %.0f s", perf_counter() - start)


def listing(experiments: Experiments) -> str:
    """Lay out for a terminal which experiments there are, and which have been run."""
    header = ("experiment", "groups", "what", "minutes", "")
    return table([header, *_listed(experiments)]) + "\n"


def _state(known: Judged | Answered | None) -> str:
    if known is None:
        return "…"
    if known.code == code_digest():
        return "is known"
    return "is known, from before train/ was changed: --again measures anew"


def _steps() -> Iterator[Step]:
    groups: dict[str, list[str]] = {}
    recipes = {}
    for group, members in GROUPS.items():
        for recipe in members:
            groups.setdefault(recipe.name, []).append(group)
            recipes[recipe.name] = recipe
    for name, recipe in recipes.items():
        yield Step(name, tuple(groups[name]), recipe)
    for recipe in BEHAVIOUR:
        yield Step(f"behaviour-{recipe.name}", ("behaviour",), recipe, asks=True)


def _listed(experiments: Experiments) -> Iterator[tuple[str, ...]]:
    code = code_digest()
    for step in steps():
        known = step.known(experiments)
        yield (
            step.name,
            ", ".join(step.groups),
            step.recipe.title,
            f"{known.seconds / 60:.1f}" if known else "-",
            "train/ has changed since" if known and known.code != code else "",
        )
