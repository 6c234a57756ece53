"""How many behavioural tests each model passes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from bench.model_cache import Answered
from train.behaviour import Scorer, graph_scorer, judge
from train.behaviour_cases import TYPES, Answer, committed_cases
from train.behaviour_report import BehaviourReport, Tally
from train.graph import Graph


@dataclass(frozen=True, slots=True)
class Passed:
    """Tests of a kind, or of a type where `kind` is empty, and how many passed."""

    kind: str
    type: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a model passes: first of each kind, then of each type, then of all."""

    title: str
    passed: tuple[Passed, ...]


def behaviour_of(
    title: str, answered: Answered, labels: Sequence[str], temperature: float
) -> Behaviour:
    """Hold the answers of a recipe's model against the tests.

    Args:
        title: of the recipe.
        answered: what it says of the tests' texts.
        labels: in the order of the logits.
        temperature: of the logits.
    """
    rows = softmax(np.array(answered.logits) / temperature, axis=1).tolist()
    return _behaviour(
        title, lambda _: [Answer(dict(zip(labels, row, strict=True))) for row in rows]
    )


def behaviour_of_graph(graph: Graph) -> Behaviour:
    """Have a graph answer the tests.

    Raises:
        ModelError: it has other labels, or fails.
    """
    return _behaviour(f"graph {graph.version}", graph_scorer(graph))


def _behaviour(title: str, scorer: Scorer) -> Behaviour:
    report = BehaviourReport(title, "", judge(committed_cases(), scorer))
    return Behaviour(
        title,
        (
            *(Passed(kind, "", report.tally(kind)) for kind in report.kinds),
            *(Passed("", type_, report.tally(type_=type_)) for type_ in TYPES),
            Passed("", "", report.tally()),
        ),
    )
