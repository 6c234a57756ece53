"""The shapes of the protocol's requests and answers. Fields and parameters unknown are ignored."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

# What may be left out may also be null: MLServer's clients send every field that they know.


class InputParameters(msgspec.Struct, frozen=True, omit_defaults=True):
    """`binary_data_size`: the bytes that a tensor has after the JSON, instead of `data`."""

    binary_data_size: int | None = None


class RequestInput(msgspec.Struct, frozen=True, omit_defaults=True):
    """The texts: name `text`, datatype `BYTES`, shape [N] or [N, 1]; `data` flat or nested."""

    name: Annotated[str, Meta(extra_json_schema={"enum": ["text"]})]
    shape: list[int]
    datatype: Annotated[str, Meta(extra_json_schema={"enum": ["BYTES"]})]
    parameters: InputParameters | None = None
    data: list[str | list[str]] | None = None


class OutputParameters(msgspec.Struct, frozen=True, omit_defaults=True):
    """`binary_data`: whether a tensor comes after the JSON, and not in it; the others: refused."""

    binary_data: bool | None = None
    classification: int | None = None
    shared_memory_region: str | None = None


class RequestOutput(msgspec.Struct, frozen=True, omit_defaults=True):
    """An output that is wanted: `label` or `probabilities`."""

    name: Annotated[str, Meta(extra_json_schema={"enum": ["label", "probabilities"]})]
    parameters: OutputParameters | None = None


class RequestParameters(msgspec.Struct, frozen=True, omit_defaults=True):
    """`binary_data_output`: whether outputs that say nothing of it come after the JSON."""

    binary_data_output: bool | None = None


class InferRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """Texts to classify; without `outputs`, all that there are."""

    inputs: list[RequestInput]
    id: str | None = None
    parameters: RequestParameters | None = None
    outputs: list[RequestOutput] | None = None


class BinarySize(msgspec.Struct, frozen=True):
    """The bytes that a tensor has after the JSON."""

    binary_data_size: int


class ResponseOutput(msgspec.Struct, frozen=True):
    """`label`: BYTES [N]; `probabilities`: FP32 [N, C], `data` row after row."""

    name: str
    datatype: str
    shape: list[int]
    parameters: BinarySize | UnsetType = UNSET
    data: Sequence[str | float] | UnsetType = UNSET


class InferAnswer(msgspec.Struct, frozen=True):
    """The outputs, in the order in which they were asked for; `id` where the request had one."""

    model_name: str
    model_version: str
    outputs: list[ResponseOutput]
    id: str | UnsetType = UNSET


class ServerMetadata(msgspec.Struct, frozen=True):
    """What serves; `version` is that of the graph, as everywhere in this service."""

    name: str
    version: str
    extensions: list[str]


class ColumnNames(msgspec.Struct, frozen=True):
    """What the columns of a tensor are called: an addition, as the protocol cannot tell it."""

    labels: list[str]


class TensorMetadata(msgspec.Struct, frozen=True):
    """An input or output; -1 is a dimension that differs from request to request."""

    name: str
    datatype: str
    shape: list[int]
    parameters: ColumnNames | UnsetType = UNSET


class ModelMetadata(msgspec.Struct, frozen=True):
    """What the model takes and gives."""

    name: str
    versions: list[str]
    platform: str
    inputs: list[TensorMetadata]
    outputs: list[TensorMetadata]


class ServerLive(msgspec.Struct, frozen=True):
    """The process answers."""

    live: bool


class ServerReady(msgspec.Struct, frozen=True):
    """The graph has answered."""

    ready: bool


class ModelReady(msgspec.Struct, frozen=True):
    """The graph of this name has answered."""

    name: str
    ready: bool


class ErrorAnswer(msgspec.Struct, frozen=True):
    """Why a request was refused; `error` says what to change."""

    error: str
