"""All that the experiments found, as far as they have been run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from bench.goal import Goal
from bench.model_behaviour import Behaviour, behaviour_of, behaviour_of_graph
from bench.model_conditions import Conditions
from bench.model_errors import Mistake, surest_mistakes
from bench.model_figures import Figures, figures_of, probabilities, temperature
from bench.model_goals import goals
from bench.model_pareto import Costs, points
from bench.model_recipes import (
    ABLATIONS,
    BEHAVIOUR,
    CONTENDERS,
    CURVE,
    LEFT_OUT,
    PARETO,
    STUDENT,
    Recipe,
)
from bench.model_run import Experiments
from bench.pareto_plot import Point
from bench.timing import Machine, describe_machine
from train.fitting import Design
from train.graph import Graph

_PACKAGES = ("keras", "numpy", "scikit-learn")


@dataclass(frozen=True, slots=True)
class Facts:
    """What learnt, and what from; counts are those of texts."""

    design: Design
    labels: tuple[str, ...]
    sources: Mapping[str, int]
    unlabeled: Mapping[str, int]
    teacher: str
    folds: int
    seed: int
    epochs: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Amount:
    """The student after so many unlabelled sentences."""

    sentences: int
    figures: Figures


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found; a part is empty where nothing of it has been measured yet."""

    machine: Machine
    date: str
    facts: Facts
    goals: tuple[Goal, ...]
    student: Figures | None
    contenders: tuple[Figures, ...]
    curve: tuple[Amount, ...]
    ablations: tuple[Figures, ...]
    left_out: tuple[Figures, ...]
    family: tuple[Figures, ...]
    pareto: tuple[Point, ...]
    behaviour: tuple[Behaviour, ...]
    mistakes: tuple[Mistake, ...]

    @property
    def measured(self) -> tuple[Figures, ...]:
        """All figures, each recipe once."""
        curve = [amount.figures for amount in self.curve]
        found = (*self.contenders, *curve, *self.ablations, *self.left_out, *self.family)
        return tuple({figures.name: figures for figures in found}.values())


def collect(
    conditions: Conditions,
    experiments: Experiments,
    causes: Mapping[str, str],
    costs: Costs,
    graphs: Sequence[Graph],
) -> Evidence:
    """Collect what the experiments have found so far.

    Args:
        conditions: of the experiments.
        experiments: whichever have been run.
        causes: of errors, by key.
        costs: of networks; one that has none is left out of the comparison.
        graphs: exported ones, to answer the behavioural tests too.

    Raises:
        ModelError: a graph cannot answer them.
    """

    def figures(*recipes: Recipe) -> tuple[Figures, ...]:
        judged = [(recipe, experiments.known(recipe)) for recipe in recipes]
        return tuple(figures_of(recipe, each, conditions) for recipe, each in judged if each)

    student = figures(STUDENT)
    family = figures(*PARETO)
    return Evidence(
        machine=describe_machine(None, _PACKAGES),
        date=date.today().isoformat(),
        facts=_facts(conditions),
        goals=goals(student[0]) if student else (),
        student=student[0] if student else None,
        contenders=figures(*CONTENDERS),
        curve=tuple(
            Amount(sentences, each)
            for sentences, recipe in _by_amount(conditions)
            for each in figures(recipe)
        ),
        ablations=figures(*ABLATIONS),
        left_out=figures(*LEFT_OUT),
        family=family,
        pareto=points(family, costs),
        behaviour=(
            *_behaviour(conditions, experiments),
            *(behaviour_of_graph(graph) for graph in graphs),
        ),
        mistakes=_mistakes(conditions, experiments, causes),
    )


def _facts(conditions: Conditions) -> Facts:
    sources = [example.source for example in conditions.training.examples]
    sentences = [each.source for each in conditions.sentences(STUDENT.unlabeled)]
    return Facts(
        design=STUDENT.design,
        labels=conditions.training.labels,
        sources={name: sources.count(name) for name in dict.fromkeys(sources)},
        unlabeled={name: sentences.count(name) for name in dict.fromkeys(sentences)},
        teacher=conditions.teacher.name if conditions.teacher else "none",
        folds=len(np.unique(conditions.fold)),
        seed=conditions.seed,
        epochs=conditions.epochs,
    )


def _by_amount(conditions: Conditions) -> list[tuple[int, Recipe]]:
    """Return the recipes of the curve; more sentences than there are count as all of them."""
    recipes = {len(conditions.sentences(each.unlabeled)): each for each in (*CURVE, STUDENT)}
    return sorted(recipes.items(), key=lambda item: item[0])


def _behaviour(conditions: Conditions, experiments: Experiments) -> tuple[Behaviour, ...]:
    found = []
    for recipe in BEHAVIOUR:
        judged, answered = experiments.known(recipe), experiments.known_answers(recipe)
        if judged and answered:
            softness = temperature(judged, conditions)
            labels = conditions.training.labels
            found.append(behaviour_of(recipe.title, answered, labels, softness))
    return tuple(found)


def _mistakes(
    conditions: Conditions, experiments: Experiments, causes: Mapping[str, str]
) -> tuple[Mistake, ...]:
    judged = experiments.known(STUDENT)
    if judged is None:
        return ()
    return surest_mistakes(conditions, probabilities(judged, conditions), causes)
