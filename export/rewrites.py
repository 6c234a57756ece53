"""Rewrites of a converted network that leave its answers alone and make them cheaper.

Each knows one thing that a converter writes in a costly way, and touches nothing else.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper
from onnx.shape_inference import infer_shapes

Array: TypeAlias = npt.NDArray[Any]
Side: TypeAlias = int | tuple[str, int]
"""A side of a shape: its length, or a value and the axis of it that is as long."""

_PASS_SIDES_ON = ("Cast", "Slice", "Concat")
_POOLS = {"ReduceMax": "GlobalMaxPool", "ReduceMean": "GlobalAveragePool"}
_SMALLER_TYPES = (np.int8, np.float16)


def rewrite(model: ModelProto) -> None:
    """Apply all rewrites to a model, in place."""
    for change in (_state_shapes, _pool_by_name, _shrink_tables):
        change(_Graph(model))
    _drop_unused(model.graph)


class _Graph:
    """A graph with its constants, and what is known of its other values before it runs."""

    def __init__(self, model: ModelProto) -> None:
        self.proto = model.graph
        self.constants: dict[str, Array] = {
            tensor.name: numpy_helper.to_array(tensor) for tensor in self.proto.initializer
        }
        self.makers: dict[str, NodeProto] = {
            output: node for node in self.proto.node for output in node.output
        }
        inferred = infer_shapes(model).graph
        self._types = {
            value.name: value.type.tensor_type for value in (*inferred.input, *inferred.value_info)
        }

    def axes(self, value: str) -> list[int]:
        """Return the axes of a value; none where their number is not known."""
        return [*range(len(self._types[value].shape.dim))] if value in self._types else []

    def is_float(self, value: str) -> bool:
        """Return whether a value is known to hold 32-bit floats."""
        return value in self._types and self._types[value].elem_type == TensorProto.FLOAT

    def add_constant(self, name: str, content: Array) -> str:
        """Add a constant where there is none of that name; return the name."""
        if name not in self.constants:
            self.constants[name] = content
            self.proto.initializer.append(numpy_helper.from_array(content, name))
        return name


def _state_shapes(graph: _Graph) -> None:
    """State the shapes of `Reshape` that nodes put together for each text.

    A side that stays as it is in the input is a 0 in a stated shape.
    """
    for node in _nodes(graph, "Reshape"):
        data, shape = node.input
        sides = _sides(graph, shape)
        stated = [0 if side == (data, axis) else side for axis, side in enumerate(sides)]
        if stated and 0 not in sides and all(isinstance(side, int) for side in stated):
            name = f"{shape}/of/{data}"
            node.input[1] = graph.add_constant(name, np.array(stated, dtype=np.int64))


def _sides(graph: _Graph, shape: str) -> list[Side]:
    """Return the sides that a value lists; none where they are not known before the graph runs."""
    if shape in graph.constants:
        return [*map(int, graph.constants[shape].ravel())]
    node = graph.makers.get(shape, NodeProto())
    parts = [_sides(graph, value) for value in node.input if node.op_type in _PASS_SIDES_ON]
    match node.op_type, parts:
        case "Shape", _:
            return [(node.input[0], axis) for axis in graph.axes(node.input[0])]
        case "Cast", [sides]:
            return sides
        case "Slice", [sides, [int(start)], [int(end)], [0]]:
            return sides[start:end]
        case "Concat", _ if all(parts):
            return [side for sides in parts for side in sides]
        case _:
            return []


def _pool_by_name(graph: _Graph) -> None:
    """Call reductions over all positions ``[N, C, ...]`` → ``[N, C, 1 ...]`` the pools they are.

    onnxruntime keeps a fast layout of its own from a convolution to a pool, but not to a reduction.
    """
    for node in _nodes(graph, *_POOLS):
        data, *axes = node.input
        positions = graph.axes(data)[2:]
        keeps_axes = {field.name: field.i for field in node.attribute}.get("keepdims", 1)
        reduced = [int(axis) for name in axes for axis in graph.constants.get(name, [])]
        reduced = sorted(axis % (len(positions) + 2) for axis in reduced)
        if positions and reduced == positions and keeps_axes and graph.is_float(data):
            node.CopyFrom(helper.make_node(_POOLS[node.op_type], [data], node.output, node.name))


def _shrink_tables(graph: _Graph) -> None:
    """Store tables that rows are gathered from in the smallest type that holds all their values.

    The rows become floats again when they are gathered, which takes as long as it does to gather
    rows that are two or four times as large.
    """
    nodes: list[NodeProto] = []
    for node in graph.proto.node:
        nodes.append(node)
        table = graph.constants.get(node.input[0]) if node.op_type == "Gather" else None
        small = None if table is None else _smaller(table)
        if small is None:
            continue
        rows, stored = node.output[0], f"{node.output[0]}/stored"
        node.input[0] = graph.add_constant(f"{node.input[0]}/{small.dtype}", small)
        node.output[0] = stored
        nodes.append(helper.make_node("Cast", [stored], [rows], to=TensorProto.FLOAT))
    _replace_nodes(graph.proto, nodes)


def _smaller(table: Array) -> Array | None:
    """Return a table of floats in a smaller type; None if there is none with the same values."""
    if table.dtype != np.float32:
        return None
    with np.errstate(all="ignore"):  # what does not fit is another value, or none at all
        candidates = (table.astype(dtype) for dtype in _SMALLER_TYPES)
        return next((small for small in candidates if np.array_equal(small, table)), None)


def _drop_unused(graph: GraphProto) -> None:
    """Drop the nodes and constants that no output depends on any more."""
    needed = {value.name for value in graph.output}
    kept: list[NodeProto] = []
    for node in reversed(graph.node):
        if not needed.isdisjoint(node.output):
            kept.append(node)
            needed.update(_taken(node))
    _replace_nodes(graph, kept[::-1])
    constants = [tensor for tensor in graph.initializer if tensor.name in needed]
    del graph.initializer[:]
    graph.initializer.extend(constants)


def _replace_nodes(graph: GraphProto, nodes: Sequence[NodeProto]) -> None:
    del graph.node[:]
    graph.node.extend(nodes)


def _nodes(graph: _Graph, *op_types: str) -> Iterator[NodeProto]:
    """Yield the nodes of some kinds."""
    return (node for node in graph.proto.node if node.op_type in op_types)


def _taken(node: NodeProto) -> Iterator[str]:
    """Yield what a node takes, and what the bodies of loops and branches take."""
    yield from node.input
    for attribute in node.attribute:
        for inner in attribute.g.node:
            yield from _taken(inner)
        yield from (value.name for value in attribute.g.output)
