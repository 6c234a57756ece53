"""The Keras network as ONNX: token ids → probabilities, through tf2onnx."""

from typing import Any

import tensorflow as tf
import tf2onnx
from onnx import ModelProto, version_converter
from tf2onnx.graph_matcher import GraphMatcher, OpTypePattern

from export.rewrites import rewrite
from export.vectorizer import OPSETS

_TF2ONNX_OPSET = 18
"""The highest that tf2onnx writes."""


def convert_network(network: Any) -> ModelProto:
    """Return the model ``ids`` int64 ``[N, S]`` → probabilities float32 ``[N, C]``.

    Any Keras model with this signature converts. ``from_function`` is used because
    ``tf2onnx.convert.from_keras`` fails on Keras 3's ``Sequential``.
    """
    signature = [tf.TensorSpec((None, None), tf.int64, name="ids")]
    inference = tf.function(lambda ids: network(ids, training=False), input_signature=signature)
    model, _ = tf2onnx.convert.from_function(
        inference,
        input_signature=signature,
        opset=_TF2ONNX_OPSET,
        custom_rewriter=[_drop_index_guards],
    )
    model = version_converter.convert_version(model, OPSETS[""])
    rewrite(model)
    return model


def _drop_index_guards(graph: Any, nodes: list[Any]) -> list[Any]:
    """Let embeddings be gathered by the ids themselves.

    ``keras.ops.take`` allows for negative indices: ``where(i < 0, i + size, i)``, which makes nine
    ONNX nodes. Ids are never negative, so ``i`` alone is the same.
    """
    index = OpTypePattern("*", name="index")
    guard = OpTypePattern(
        "Select|SelectV2",
        name="guard",
        inputs=[
            OpTypePattern("Less", inputs=[index, OpTypePattern("*")]),
            OpTypePattern("Add|AddV2", inputs=[index, OpTypePattern("*")]),
            index,
        ],
    )
    for match in GraphMatcher(guard, allow_reorder=False).match_ops(nodes):
        graph.replace_all_inputs(match.get_op("guard").output[0], match.get_tensor("index"))
    return list(graph.get_nodes())
