"""Makes the outputs that a request wants, in JSON or as bytes after it."""

from dataclasses import dataclass

from runtime.inference_protocol.metadata import LABEL, PROBABILITIES
from runtime.inference_protocol.schema import (
    BinarySize,
    InferRequest,
    OutputParameters,
    RequestOutput,
    ResponseOutput,
)
from runtime.inference_protocol.tensors import encode_floats, encode_strings
from runtime.model import Scores
from runtime.problems import Refusal

_ALL = [RequestOutput(LABEL), RequestOutput(PROBABILITIES)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """An output that a request wants, and whether it is to come as bytes."""

    name: str
    binary: bool


@dataclass(frozen=True, slots=True)
class Output:
    """An output as JSON describes it, and the bytes that come after the JSON."""

    described: ResponseOutput
    binary: bytes = b""


def wanted_of(request: InferRequest) -> list[Wanted]:
    """Return what a request wants, which is everything where it names nothing.

    Raises:
        Refusal: 422, an output that the model has not, twice the same, or in another form.
    """
    outputs = request.outputs or _ALL
    # Each may be asked for once: an answer cannot be made longer than the model's.
    if len({output.name for output in outputs} & {LABEL, PROBABILITIES}) < len(outputs):
        detail = f"Ask for the outputs {LABEL} and {PROBABILITIES}, each once: there are no others."
        raise Refusal(422, detail)
    default = request.parameters is not None and bool(request.parameters.binary_data_output)
    return [Wanted(output.name, _is_binary(output.parameters, default)) for output in outputs]


def _is_binary(parameters: OutputParameters | None, default: bool) -> bool:
    if parameters is None:
        return default
    # Unlike other parameters these would give an answer that the client does not expect.
    if parameters.classification or parameters.shared_memory_region is not None:
        raise Refusal(
            422,
            "Outputs come as tensors in the answer: send neither classification nor shared memory.",
        )
    return default if parameters.binary_data is None else parameters.binary_data


def output_of(scores: Scores, wanted: Wanted) -> Output:
    """Make one output from what the graph says of N texts."""
    count = len(scores.labels)
    if wanted.name == LABEL:
        if not wanted.binary:
            return Output(ResponseOutput(LABEL, "BYTES", [count], data=scores.labels))
        return _as_bytes(LABEL, "BYTES", [count], encode_strings(scores.labels))
    values = [value for row in scores.probabilities for value in row]
    shape = [count, len(scores.probabilities[0])]
    if not wanted.binary:
        return Output(ResponseOutput(PROBABILITIES, "FP32", shape, data=values))
    return _as_bytes(PROBABILITIES, "FP32", shape, encode_floats(values))


def _as_bytes(name: str, datatype: str, shape: list[int], binary: bytes) -> Output:
    return Output(ResponseOutput(name, datatype, shape, BinarySize(len(binary))), binary)
