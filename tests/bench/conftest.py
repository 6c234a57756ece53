"""A small graph of our recipe, and what `make bench-graph` finds of it with the smallest plan."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.headline import WORDS
from bench.language import Language, extended
from bench.quiet import no_standard_error
from bench.timing import Rounds

with no_standard_error():
    from bench.graph_field import Sizes, Subject
    from bench.graph_results import Results
    from bench.graph_run import Plan, run
    from bench.recipes import build_ours
    from bench.shipped import read_graph, read_vocabulary

LABELS = ("down", "flat", "mixed", "up")


@pytest.fixture(scope="session")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    words = ["0", "profit", "fell", "törnvall", "%", "a"]
    corpus = list(Language(extended(words, 100), {}, seed=0).corpus(100))
    graph = build_ours(corpus, 100, LABELS).graph.SerializeToString()
    path = tmp_path_factory.mktemp("graph") / "sentiment.onnx"
    path.write_bytes(graph)
    checksum = hashlib.sha256(graph).hexdigest()
    path.with_name("sentiment.onnx.sha256").write_text(f"{checksum}  sentiment.onnx\n")
    return path


@pytest.fixture(scope="session")
def subject(model_path: Path) -> Subject:
    model, labels = read_graph(model_path)
    return Subject(model_path, model, labels, read_vocabulary(model), artifacts=None)


@pytest.fixture(scope="session")
def plan() -> Plan:
    return Plan(
        words=(3, WORDS),
        batches=(1, 2),
        sizes=Sizes(classic=(50, 200, 500), sentences=200),
        rounds=Rounds(count=2, turn=0, limit=0),
    )


@pytest.fixture(scope="session")
def results(subject: Subject, plan: Plan) -> Results:
    return run(subject, plan, core=None)


@pytest.fixture
def affinity() -> Iterator[set[int]]:
    """The cores of this process, given back afterwards."""
    if not hasattr(os, "sched_getaffinity"):
        pytest.skip("this system does not pin processes")
    cores = os.sched_getaffinity(0)
    yield cores
    os.sched_setaffinity(0, cores)
