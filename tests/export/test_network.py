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
    with_random_weights,
)
from train.network import build_network, for_inference

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


def test_the_baseline_takes_no_more_nodes_than_it_has_steps():
    graph = convert_network(for_inference(build_network(6, 3), temperature=1.5)).graph
    steps = ["Gather", "Cast", "Sign", "Unsqueeze", "MatMul", "Squeeze", "Relu", "MatMul"]
    assert [node.op_type for node in graph.node] == [*steps, "Softmax"]
