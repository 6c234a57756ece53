"""Run an exported graph over labelled texts: the model as it ships, not the network behind it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort
from tqdm import tqdm

from train.calibration import Floats, Integers, check_probabilities
from train.corpus import CorpusError, Example
from train.display import printable

NO_HELD_OUT = (
    "there is no held-out text in this data: run `make data` to fetch the complete public files, "
    "name their folder with --data, or evaluate on texts of your own with --csv FILE"
)
# onnxruntime's exceptions have no base class of their own below Exception.
ORT_ERRORS = (
    ort.Fail,
    ort.InvalidArgument,
    ort.InvalidGraph,
    ort.InvalidProtobuf,
    ort.NoSuchFile,
    ort.NotImplemented,
    ort.RuntimeException,
)


class ModelError(Exception):
    """The graph cannot be judged; the message is one sentence that says what to change."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A loaded graph: the texts' classes in column order, its version, its onnxruntime session."""

    path: Path
    labels: tuple[str, ...]
    version: str
    session: Any


@dataclass(frozen=True, slots=True)
class Scores:
    """What a graph says of examples: true classes [N] and probabilities [N, C], C = labels."""

    labels: tuple[str, ...]
    truth: Integers
    probabilities: Floats


def load_graph(model: Path) -> Graph:
    """Open a graph that keeps contract 1 of the design: text in, label and probabilities out.

    Raises:
        ModelError: no such file, no ONNX graph, or a graph of another shape.
    """
    if not model.is_file():
        raise ModelError(f"there is no model {model}: run `make export`, or name one with --model")
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # the exception says it already
    try:
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except ORT_ERRORS as error:
        raise ModelError(f"{model} is no ONNX graph that onnxruntime can load") from error
    metadata = session.get_modelmeta().custom_metadata_map
    inputs = {node.name for node in session.get_inputs()}
    outputs = {node.name for node in session.get_outputs()}
    labels = _labels(metadata.get("labels", ""))
    if inputs != {"text"} or not outputs >= {"label", "probabilities"} or not labels:
        raise ModelError(
            f"{model} is not a graph of this project (input `text`, outputs `label` and "
            "`probabilities`, metadata `labels`): make one with `make export`"
        )
    return Graph(model, labels, metadata.get("model_version", ""), session)


def _labels(written: str) -> tuple[str, ...]:
    try:
        labels = json.loads(written)
    except ValueError:
        return ()
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        return ()
    return tuple(labels)


def score(graph: Graph, examples: Sequence[Example], batch: int = 256) -> Scores:
    """Run the graph over examples, `batch` texts a call.

    Raises:
        CorpusError: no examples, or a label that the graph does not know.
        ModelError: the graph fails, or its outputs are no probabilities or contradict each other.
    """
    if not examples:
        raise CorpusError(NO_HELD_OUT)
    columns = {label: column for column, label in enumerate(graph.labels)}
    _refuse_unknown(graph, examples)
    truth = np.array([columns[example.label] for example in examples])
    try:
        named, rows = zip(*_runs(graph, [e.text for e in examples], batch), strict=True)
        probabilities = np.concatenate(rows)
        check_probabilities(truth, probabilities)
        chosen = [columns[label] for label in np.concatenate(named)]
    except (*ORT_ERRORS, ValueError, KeyError) as error:
        raise ModelError(
            f"{graph.path} does not answer a text with one of its labels and their probabilities: "
            "make it anew with `make export`"
        ) from error
    if (probabilities[np.arange(len(truth)), chosen] < probabilities.max(axis=1)).any():
        raise ModelError(
            f"{graph.path} gives labels that are not its most probable ones: "
            "make it anew with `make export`"
        )
    return Scores(graph.labels, truth, probabilities)


def _refuse_unknown(graph: Graph, examples: Sequence[Example]) -> None:
    for example in examples:
        if example.label not in graph.labels:
            known = ", ".join(map(printable, graph.labels))
            raise CorpusError(
                f"the label {printable(example.label)!r} ({example.source}) is not one of those "
                f"that {graph.path} gives ({known}): rename it, or name a model trained on it"
            )


def _runs(graph: Graph, texts: Sequence[str], batch: int) -> Iterator[tuple[Any, Any]]:
    with tqdm(total=len(texts), desc="scoring", unit="text", disable=None) as bar:
        for start in range(0, len(texts), batch):
            part = np.array(texts[start : start + batch], dtype=object)
            yield graph.session.run(["label", "probabilities"], {"text": part})
            bar.update(len(part))
