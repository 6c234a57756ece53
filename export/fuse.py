"""Vectorizer and network as one graph: text in, label and probabilities out."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import onnx
from onnx import (
    GraphProto,
    ModelProto,
    TensorProto,
    ValueInfoProto,
    compose,
    helper,
    numpy_helper,
)

from export.vectorizer import IDS, OPSETS, TEXT

LABEL = "label"
PROBABILITIES = "probabilities"

_IR_VERSION = 9  # the one that came with opset 20
_PRODUCER = "fintone"
_VERSION_DIGITS = 12


def fuse(
    vectorizer: ModelProto,
    network: ModelProto,
    labels: Sequence[str],
    metadata: Mapping[str, object],
) -> ModelProto:
    """Return one model: ``text`` string ``[N]`` → ``label`` ``[N]``, ``probabilities`` ``[N, C]``.

    What the vectorizer gives beside ids, such as counts of words, the model gives too.

    Args:
        vectorizer: text string ``[N]`` → token ids int64 ``[N, S]``, and whatever else ``[N]``.
        network: token ids int64 ``[N, S]`` → probabilities float32 ``[N, C]``.
        labels: the C labels in the order of the columns of the probabilities.
        metadata: what the graph says of itself besides labels and version; stored as JSON.

    Raises:
        ValueError: the network has another number of classes than there are labels.
        onnx.checker.ValidationError: the fused model is not valid ONNX.
    """
    _check_classes(network.graph, labels)
    for part in (vectorizer, network):
        _set_versions(part)
    ids, *others = vectorizer.graph.output
    _rename(vectorizer.graph, {ids.name: IDS})
    _rename(network.graph, _plain_names(network.graph))
    model = compose.merge_models(
        vectorizer,
        network,
        io_map=[(IDS, IDS)],
        name=_PRODUCER,
        producer_name=_PRODUCER,
        producer_version="",
    )
    model.graph.doc_string = ""
    _add_label(model.graph, labels)
    _set_interface(model.graph, len(labels), others)
    entries = {"labels": list(labels), **metadata}
    helper.set_model_props(
        model,
        {name: _json(value) for name, value in entries.items()}
        | {"model_version": _version(model.graph), "producer": _PRODUCER},
    )
    # Without full_check: its shape inference (onnx 1.23) crashes on nodes of other domains.
    onnx.checker.check_model(model)
    return model


def _check_classes(network: GraphProto, labels: Sequence[str]) -> None:
    classes = network.output[0].type.tensor_type.shape.dim[-1].dim_value
    if classes != len(labels):
        raise ValueError(
            f"the network gives {classes} probabilities for the {len(labels)} labels"
            f" {', '.join(labels)}: train it on the corpus that the labels are from"
        )


def _set_versions(model: ModelProto) -> None:
    """Say the same versions in both parts, which merging asks for; both were made for these."""
    model.ir_version = _IR_VERSION
    del model.opset_import[:]
    model.opset_import.extend(
        helper.make_opsetid(domain, version) for domain, version in OPSETS.items()
    )


def _add_label(graph: GraphProto, labels: Sequence[str]) -> None:
    """Map the greatest of each row of probabilities to its label."""
    graph.initializer.append(numpy_helper.from_array(np.array(labels, dtype=object), "labels"))
    graph.node.append(helper.make_node("ArgMax", [PROBABILITIES], ["class"], axis=1, keepdims=0))
    graph.node.append(helper.make_node("Gather", ["labels", "class"], [LABEL]))


def _set_interface(graph: GraphProto, classes: int, others: Iterable[ValueInfoProto]) -> None:
    """Declare input and outputs anew: the parts have two names for the number of texts.

    Their notes on shapes in between go: they use those names, and onnxruntime infers its own.
    """
    declare = helper.make_tensor_value_info
    del graph.input[:], graph.output[:], graph.value_info[:]
    graph.input.append(declare(TEXT, TensorProto.STRING, ["N"]))
    graph.output.append(declare(LABEL, TensorProto.STRING, ["N"]))
    graph.output.append(declare(PROBABILITIES, TensorProto.FLOAT, ["N", classes]))
    for other in others:
        graph.output.append(declare(other.name, other.type.tensor_type.elem_type, ["N"]))


def _plain_names(network: GraphProto) -> dict[str, str]:
    """Name every value by what makes it and its place, so that the same model is the same bytes.

    tf2onnx's own names count what else the process has converted, and differ from run to run.
    """
    names = {network.input[0].name: IDS}
    for place, node in enumerate(network.node):
        for value in filter(None, node.input):
            names.setdefault(value, f"network/constant_{len(names)}")
        node.name = f"network/{place}_{node.op_type}"
        names |= {
            value: f"network/{place}_{node.op_type}:{index}"
            for index, value in enumerate(node.output)
        }
    return names | {network.output[0].name: PROBABILITIES}


def _rename(graph: GraphProto, names: Mapping[str, str]) -> None:
    """Rename values wherever they stand, in the bodies of loops and branches too."""
    for node in graph.node:
        for values in (node.input, node.output):
            values[:] = [names.get(value, value) for value in values]
        for attribute in node.attribute:
            if attribute.HasField("g"):
                _rename(attribute.g, names)
    for value in (*graph.initializer, *graph.input, *graph.output):
        value.name = names.get(value.name, value.name)
    graph.initializer.sort(key=lambda tensor: tensor.name)


def _version(graph: GraphProto) -> str:
    """Return the digest of all that was learnt, weights and vocabulary."""
    digest = hashlib.sha256()
    for tensor in graph.initializer:
        weights = numpy_helper.to_array(tensor)
        digest.update(f"{weights.dtype}{weights.shape}".encode())
        digest.update(
            _json(weights.tolist()).encode() if weights.dtype == object else weights.tobytes()
        )
    for node in graph.node:
        digest.update(node.op_type.encode())
        for attribute in node.attribute:
            digest.update(attribute.SerializeToString(deterministic=True))
    return digest.hexdigest()[:_VERSION_DIGITS]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
