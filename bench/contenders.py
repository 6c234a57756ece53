"""What is timed: a graph in a session, or scikit-learn and Keras called from Python."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import numpy as np
import onnxruntime
from onnx import ModelProto

from bench.timing import Call
from export.vectorizer import TEXT, Vectorizer

Prepare = Callable[[Sequence[Sequence[str]]], Call]
"""From batches of texts to a call that asks for the next one of them, in turns."""


@dataclass(frozen=True, slots=True)
class Contender:
    """Something to time: its column's name, what it is in words, and how it is called."""

    name: str
    description: str
    prepare: Prepare


def open_session(model: bytes) -> onnxruntime.InferenceSession:
    """Open a graph on one thread that never spins, otherwise as onnxruntime's defaults have it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def graph(name: str, description: str, model: ModelProto) -> Contender:
    """Return a graph as a contender; every one of its outputs is asked for."""
    session = open_session(model.SerializeToString())

    def prepare(batches: Sequence[Sequence[str]]) -> Call:
        feeds = cycle([{TEXT: np.array(texts, dtype=object)} for texts in batches])
        return lambda: session.run(None, next(feeds))

    return Contender(name, description, prepare)


def python(name: str, description: str, vectorizer: Vectorizer, network: Any) -> Contender:  # noqa: ANN401  # a Keras model
    """Return a vectorizer and a Keras network, called one after the other, as a contender."""

    def prepare(batches: Sequence[Sequence[str]]) -> Call:
        turns = cycle([list(texts) for texts in batches])
        return lambda: np.asarray(network(vectorizer.transform(next(turns)), training=False))

    return Contender(name, description, prepare)
