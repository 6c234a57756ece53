"""Judge the ONNX graph itself, as it ships, on texts that no training has seen."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from train.corpus import Corpus, CorpusError
from train.graph import ModelError, load_graph, score
from train.report import SourceReport, render_sources, report_sources


@dataclass(frozen=True, slots=True)
class Report:
    """A graph's figures on each corpus, in the order in which the corpora occur."""

    model: str
    version: str
    sources: tuple[SourceReport, ...]

    def to_dict(self) -> dict[str, object]:
        """Give the report as JSON types, figures rounded as `Evaluation.to_dict` does."""
        return {
            "model": self.model,
            "model_version": self.version,
            "sources": {source.name: source.to_dict() for source in self.sources},
        }


def evaluate_corpus(model: Path, corpus: Corpus, batch: int = 256) -> Report:
    """Judge a graph on each source of a corpus by itself, and on each level of agreement in it.

    Sources are not averaged: they differ in size, and in what they call neutral.

    Raises:
        CorpusError: no examples, or a label that the graph does not know.
        ModelError: no graph that can be judged; see `train.graph`.
    """
    graph = load_graph(model)
    found = score(graph, corpus.examples, batch)
    sources = report_sources(found.labels, corpus.examples, found.truth, found.probabilities)
    return Report(model.name, graph.version, sources)


def render(report: Report) -> str:
    """Lay a report out for a terminal."""
    version = f" (version {report.version})" if report.version else ""
    return f"{report.model}{version}\n{render_sources(report.sources)}"


def run_evaluate(model: Path, held_out: Corpus, *, as_json: bool = False, batch: int = 256) -> int:
    """Print how a graph does on held-out texts: what `python -m train evaluate` runs.

    The report goes to stdout, as a table or as JSON; a refusal goes to stderr in one sentence.

    Args:
        model: the graph's file.
        held_out: texts that the model was not trained on, of one source or several.
        as_json: JSON instead of tables.
        batch: texts a call of the graph.

    Returns:
        exit status: 0, or 1 where there is no held-out text or the graph cannot be judged on it.
    """
    try:
        report = evaluate_corpus(model, held_out, batch)
    except (CorpusError, ModelError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if as_json:
        sys.stdout.write(json.dumps(report.to_dict(), indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(render(report))
    return 0
