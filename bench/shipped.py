"""The shipped graph: its words, the floor that is cut out of it, and what it costs to load."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, TensorProto, helper

from bench.contenders import open_session
from export.fuse import LABEL, PROBABILITIES
from export.vectorizer import TEXT
from runtime.artefact import ModelError
from runtime.model import Model
from train.tokens import NUMBER
from train.vectorizer import NUMBER_ID

_COUNT = "token_count"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words of a graph, the most frequent first, and the known pairs: followers by word."""

    words: tuple[str, ...]
    followers: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Start:
    """Milliseconds, medians of some fresh sessions: to create one, and of its first run."""

    session: float
    first_run: float


def read_graph(path: Path) -> tuple[ModelProto, tuple[str, ...]]:
    """Read a graph that the service would serve; return it with its labels.

    Raises:
        runtime.artefact.ModelError: there is none at ``path``, or one that cannot be served.
    """
    if not path.is_file():
        raise ModelError(
            f"{path} is not there: build it with `make train export`, or name a graph with --model."
        )
    labels = Model.load(path).labels
    return onnx.load(path), labels


def read_vocabulary(model: ModelProto) -> Vocabulary:
    """Read what `export.vectorizer` wrote: a table of words, and one of keys of pairs of words.

    Only words that every contender reads as one token are taken: numbers, and two letters or more.

    Raises:
        ModelError: there is no such word.
    """
    ids = _label_encoder(model, "keys_strings")
    if any(node.op_type == "RegexFullMatch" for node in model.graph.node):
        ids[NUMBER] = NUMBER_ID  # by an expression, as no table could hold them
    by_frequency = sorted(ids, key=lambda word: ids[word])
    words = [word for word in by_frequency if word == NUMBER or (len(word) > 1 and word.isalpha())]
    if not words:
        raise ModelError(
            "The graph knows no word of two letters or more to make texts of: train it on more."
        )
    word_of = {ids[word]: word for word in words}
    base = 1 + max(ids.values())
    followers: dict[str, list[str]] = {}
    for key in _label_encoder(model, "keys_int64s"):
        left, right = divmod(key, base)
        if left in word_of and right in word_of:
            followers.setdefault(word_of[left], []).append(word_of[right])
    return Vocabulary(tuple(words), followers)


def cut_floor(model: ModelProto) -> ModelProto:
    """Return what leads to the tokens, and nothing else: text string ``[N]`` → how many there are.

    The tokens are counted in the graph, as handing them to Python would cost more than they do.
    """
    producer = {output: node for node in model.graph.node for output in node.output}
    tokenizer = next(node for node in model.graph.node if node.op_type == "Tokenizer")
    nodes = _ancestors(tokenizer, producer)
    needed = {name for node in nodes for name in node.input}
    size = helper.make_node("Size", [tokenizer.output[0]], [_COUNT])
    graph = helper.make_graph(
        [*nodes, size],
        "floor",
        [model.graph.input[0]],
        [helper.make_tensor_value_info(_COUNT, TensorProto.INT64, [])],
        [tensor for tensor in model.graph.initializer if tensor.name in needed],
    )
    return helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)


def measure_start(model: bytes, text: str, times: int = 10) -> Start:
    """Time fresh sessions of a serialized graph, one after another, in this process."""
    feed = {TEXT: np.array([text], dtype=object)}
    sessions, runs = [], []
    for _ in range(times):
        started = perf_counter()
        session = open_session(model)
        created = perf_counter()
        session.run([LABEL, PROBABILITIES], feed)
        runs.append(1e3 * (perf_counter() - created))
        sessions.append(1e3 * (created - started))
    return Start(median(sessions), median(runs))


def _label_encoder(model: ModelProto, keys: str) -> dict[Any, int]:
    """Return the table of the LabelEncoder with keys of this kind; empty where there is none."""
    for node in model.graph.node:
        if node.op_type == "LabelEncoder":
            table = {item.name: helper.get_attribute_value(item) for item in node.attribute}
            if {keys, "values_int64s"} <= table.keys():
                return dict(zip(map(_text, table[keys]), table["values_int64s"], strict=True))
    return {}


def _text(key: bytes | int) -> str | int:
    return key.decode() if isinstance(key, bytes) else key


def _ancestors(node: NodeProto, producer: dict[str, NodeProto]) -> Sequence[NodeProto]:
    """Return the nodes that a node depends on, and the node, in an order in which they can run."""
    before = [_ancestors(producer[name], producer) for name in node.input if name in producer]
    return [*(earlier for nodes in before for earlier in nodes), node]
