"""Judge the ONNX graph on the behavioural tests: what it reads, kind by kind, not how often.

A report and no gate. An INV case asks for nothing but steadiness, so that a model that calls all
texts neutral passes each of them: read the pass rates by type as well as by kind.
"""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from train.behaviour_cases import LABELS, Answer, Case, committed_cases
from train.behaviour_report import BehaviourReport, Outcome, render_behaviour
from train.corpus import Example
from train.graph import Graph, ModelError, load_graph, score

Scorer = Callable[[Sequence[str]], Sequence[Answer]]


def judge(cases: Sequence[Case], scorer: Scorer) -> tuple[Outcome, ...]:
    """Have all texts of the cases scored in one go, and hold the answers against the cases."""
    answers = iter(scorer([text for case in cases for text in case.texts]))
    return tuple(Outcome(case, tuple(next(answers) for _ in case.texts)) for case in cases)


def graph_scorer(graph: Graph) -> Scorer:
    """Make the scorer that asks a graph.

    Raises:
        ModelError: the graph's labels are not those of the list; the scorer itself raises it where
            the graph fails, see `train.graph`.
    """
    if set(graph.labels) != set(LABELS):
        raise ModelError(
            f"the behavioural tests are for the labels {', '.join(LABELS)} only: name a model that"
            " gives these with --model"
        )

    def answers(texts: Sequence[str]) -> list[Answer]:
        # An example has a label; which one it is does not matter to the probabilities.
        rows = score(graph, [Example(text, LABELS[0], "behaviour") for text in texts]).probabilities
        return [Answer(dict(zip(graph.labels, row, strict=True))) for row in rows.tolist()]

    return answers


def run_behaviour(model: Path, *, as_json: bool = False) -> int:
    """Print how a graph does on the committed list: what `python -m train behaviour` runs.

    The report goes to stdout, as text or as JSON; a refusal goes to stderr in one sentence.

    Returns:
        exit status: 0 however many cases fail, or 1 where the graph cannot be judged.
    """
    try:
        graph = load_graph(model)
        outcomes = judge(committed_cases(), graph_scorer(graph))
    except ModelError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    report = BehaviourReport(model.name, graph.version, outcomes)
    if as_json:
        sys.stdout.write(json.dumps(report.to_dict(), indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(render_behaviour(report))
    return 0
