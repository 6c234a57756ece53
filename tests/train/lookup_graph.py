"""A small graph of contract 1 that looks its answers up, whole or with one promise broken."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LABELS = ("negative", "neutral", "positive")
# What the small graph answers to each text it knows, and to every other text (the first row).
ANSWERS = {
    "": (0.2, 0.6, 0.2),
    "Profit fell.": (0.9, 0.05, 0.05),
    "Profit rose.": (0.1, 0.2, 0.7),
    "Sales rose as costs fell.": (0.5, 0.1, 0.4),
}


@dataclass(frozen=True, slots=True)
class Variant:
    """A graph of contract 1 that looks its answers up; each field can break one promise."""

    labels: object = LABELS
    answers: Sequence[Sequence[float]] = tuple(ANSWERS.values())
    names: tuple[str, ...] = LABELS
    input_name: str = "text"


def write_graph(path: Path, variant: Variant) -> Path:
    """Write the graph; return its path."""
    rows = np.array(variant.answers, dtype=np.float32)
    known = list(ANSWERS)[1:]
    nodes = [
        helper.make_node(
            "LabelEncoder",
            [variant.input_name],
            ["row"],
            domain="ai.onnx.ml",
            keys_strings=known,
            values_int64s=list(range(1, len(known) + 1)),
            default_int64=0,
        ),
        helper.make_node("Gather", ["answers", "row"], ["probabilities"]),
        helper.make_node("ArgMax", ["probabilities"], ["column"], axis=1, keepdims=0),
        helper.make_node(
            "LabelEncoder",
            ["column"],
            ["label"],
            domain="ai.onnx.ml",
            keys_int64s=list(range(len(variant.names))),
            values_strings=list(variant.names),
        ),
    ]
    graph = helper.make_graph(
        nodes,
        "sentiment",
        [helper.make_tensor_value_info(variant.input_name, TensorProto.STRING, ["N"])],
        [
            helper.make_tensor_value_info("label", TensorProto.STRING, ["N"]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", rows.shape[1]]),
        ],
        [numpy_helper.from_array(rows, "answers")],
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 2)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    metadata = {"labels": json.dumps(variant.labels), "model_version": "0123456789ab"}
    helper.set_model_props(model, metadata)
    onnx.save(model, path)
    return path
