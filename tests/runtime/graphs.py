"""Small real graphs that keep contract 1, for tests that need labels of their own."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

TWO = ("bearish", "bullish")
FIVE = ("awful", "bad", "so-so", "good", "great")

_WORDS = {"fell": 0, "loss": 0, "rose": -1, "gain": -1}  # which label a word speaks for


def model_bytes(
    labels: tuple[str, ...] = TWO,
    metadata: dict[str, str] | None = None,
    *,
    scale: float = 1,
    squeeze: bool = False,
) -> bytes:
    """Tokenizer, one row of logits a word, sum, softmax: the words above decide, others do not.

    The words above are the known ones. A scale other than 1 breaks the promise that rows sum to 1;
    squeeze, that each text has a row.
    """
    unknown, padding = len(_WORDS), len(_WORDS) + 1
    rows = np.zeros((len(_WORDS) + 2, len(labels)), np.float32)
    for row, label in enumerate(_WORDS.values()):
        rows[row, label] = 3
    nodes = [
        helper.make_node(
            "StringNormalizer", ["text"], ["lower"], case_change_action="LOWER", locale="C.UTF-8"
        ),
        helper.make_node(
            "Tokenizer",
            ["lower"],
            ["tokens"],
            domain="com.microsoft",
            mark=0,
            mincharnum=1,
            pad_value="",
            tokenexp=r"\pL+",
        ),
        helper.make_node(
            "LabelEncoder",
            ["tokens"],
            ["ids"],
            domain="ai.onnx.ml",
            keys_strings=[*_WORDS, ""],
            values_int64s=[*range(len(_WORDS)), padding],
            default_int64=unknown,
        ),
        helper.make_node("Gather", ["rows", "ids"], ["logits_by_word"]),
        helper.make_node("ReduceSum", ["logits_by_word", "axis"], ["logits"], keepdims=0),
        helper.make_node("Softmax", ["logits"], ["shares"], axis=1),
        helper.make_node("Mul", ["shares", "scale"], ["scaled"]),
        helper.make_node("ReduceMean", ["scaled", "first"], ["probabilities"])
        if squeeze
        else helper.make_node("Identity", ["scaled"], ["probabilities"]),
        helper.make_node("ArgMax", ["probabilities"], ["best"], axis=1, keepdims=0),
        helper.make_node("Gather", ["names", "best"], ["label"]),
        *_count("Less", "padding", "words"),
        *_count("Equal", "unknown", "unknown_words"),
    ]
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info("text", TensorProto.STRING, ["N"])],
        [
            helper.make_tensor_value_info("label", TensorProto.STRING, None),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, None),
            helper.make_tensor_value_info("words", TensorProto.INT64, ["N"]),
            helper.make_tensor_value_info("unknown_words", TensorProto.INT64, ["N"]),
        ],
        [
            numpy_helper.from_array(rows, "rows"),
            numpy_helper.from_array(np.array([1]), "axis"),
            numpy_helper.from_array(np.array([0]), "first"),
            numpy_helper.from_array(np.array(unknown), "unknown"),
            numpy_helper.from_array(np.array(padding), "padding"),
            numpy_helper.from_array(np.array(scale, np.float32), "scale"),
            numpy_helper.from_array(np.array(labels, dtype=object), "names"),
        ],
    )
    return _serialise(graph, metadata or metadata_of(labels))


def _count(comparison: str, other: str, output: str) -> list[onnx.NodeProto]:
    """Count the ids of each text that compare so: int64 ``[N]``."""
    return [
        helper.make_node(comparison, ["ids", other], [f"is_{output}"]),
        helper.make_node("Cast", [f"is_{output}"], [f"ones_{output}"], to=TensorProto.INT64),
        helper.make_node("ReduceSum", [f"ones_{output}", "axis"], [output], keepdims=0),
    ]


def foreign_bytes() -> bytes:
    """A valid graph that classifies nothing: numbers in, numbers out."""
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N"])
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N"])
    return _serialise(
        helper.make_graph(
            [helper.make_node("Identity", ["x"], ["y"])], "foreign", [value], [result]
        ),
        {},
    )


def metadata_of(labels: tuple[str, ...]) -> dict[str, str]:
    """The metadata of contract 1."""
    return {
        "labels": json.dumps(labels),
        "model_version": "0123456789ab",
        "trained_on": "[]",
        "metrics": "{}",
        "producer": "tests",
    }


def write(folder: Path, content: bytes) -> Path:
    """Write a model and its checksum, as export does; return the model's path."""
    path = folder / "sentiment.onnx"
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    path.with_name("sentiment.onnx.sha256").write_text(f"{digest}  sentiment.onnx\n")
    return path


def _serialise(graph: onnx.GraphProto, metadata: dict[str, str]) -> bytes:
    opsets = [
        helper.make_opsetid("", 18),
        helper.make_opsetid("ai.onnx.ml", 2),
        helper.make_opsetid("com.microsoft", 1),
    ]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    helper.set_model_props(model, metadata)
    content: bytes = model.SerializeToString()
    return content
