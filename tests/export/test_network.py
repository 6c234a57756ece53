"""The network's converter: any Keras model that starts from ids, in few nodes."""

from collections.abc import Callable

import keras
import numpy as np
import onnxruntime
import pytest

from export.network import convert_network
from tests.export.models import (
    convolution,
    embedding_sum,
    recurrent,
    sequential,
    student,
    with_random_weights,
)
from train.network import Architecture

IDS = np.array([[1, 3, 2, 0, 5, 0], [1, 0, 0, 0, 0, 0]], dtype=np.int64)


@pytest.mark.parametrize("build", [embedding_sum, sequential, convolution, recurrent])
@pytest.mark.parametrize("classes", [2, 3, 7])
def test_any_network_converts_to_the_same_probabilities(
    build: Callable[[int, int], keras.Model], classes: int
):
    network = with_random_weights(build(6, classes))
    session = onnxruntime.InferenceSession(convert_network(network).SerializeToString())
    (probabilities,) = session.run(None, {session.get_inputs()[0].name: IDS})
    assert probabilities.shape == (2, classes)
    np.testing.assert_allclose(probabilities, network(IDS, training=False), atol=1e-6)


def test_embeddings_are_gathered_by_the_ids_themselves():
    graph = convert_network(embedding_sum(6, 3)).graph
    (gather,) = (node for node in graph.node if node.op_type == "Gather")
    assert gather.input[1] == graph.input[0].name


LOOK_UP = ["Gather", "Cast"]  # rows of bytes
CLASSIFY = ["MatMul", "Add", "Relu", "MatMul", "Add", "Softmax"]
GREATEST = ["GlobalMaxPool", "Relu", "Reshape"]
MEAN = ["Pad", "AveragePool", "GlobalAveragePool", "Reshape", "Gather", "Div"]
LAYER = ["Conv", "Relu", "Add"]


@pytest.mark.parametrize("layers", [0, 1, 2])
def test_the_student_takes_no_more_nodes_than_it_has_steps(layers: int):
    graph = convert_network(student(6, 3, Architecture(16, layers, 8))).graph
    steps = ["Reshape", *LOOK_UP, "Transpose", "Conv", *LAYER * layers, *GREATEST, *MEAN, "Concat"]
    assert sorted(node.op_type for node in graph.node) == sorted([*steps, *CLASSIFY])


def test_a_bag_takes_no_more_nodes_than_it_has_steps():
    graph = convert_network(student(6, 3, Architecture(16, hidden=8, bag=True))).graph
    steps = [*LOOK_UP, "Cast", "Sign", "Unsqueeze", "MatMul", "Squeeze", "Relu"]
    assert [node.op_type for node in graph.node] == [*steps, *CLASSIFY]


@pytest.mark.parametrize(
    "architecture",
    [Architecture(), Architecture(20, 1, 5), Architecture(16, 0, 8), Architecture(8, bag=True)],
)
def test_the_student_converts_to_the_same_probabilities(architecture: Architecture):
    network = student(6, 3, architecture)
    session = onnxruntime.InferenceSession(convert_network(network).SerializeToString())
    (probabilities,) = session.run(None, {session.get_inputs()[0].name: IDS})
    np.testing.assert_allclose(probabilities, network(IDS, training=False), atol=1e-6)


def test_a_table_takes_a_byte_for_each_embedding():
    large, small = (
        convert_network(student(count, 3, Architecture(64))).ByteSize() for count in (2006, 6)
    )
    assert large - small == pytest.approx(2000 * 64, abs=10)
