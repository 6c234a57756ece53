"""Answers an inference request with the model, within the limits that all texts have."""

from dataclasses import dataclass

from msgspec import UNSET

from runtime.api import Reply, Service
from runtime.codec import Codec
from runtime.inference_protocol.inputs import texts_of
from runtime.inference_protocol.metadata import NAME
from runtime.inference_protocol.outputs import output_of, wanted_of
from runtime.inference_protocol.schema import InferAnswer, InferRequest

codec = Codec(
    InferRequest,
    '{"inputs": [{"name": "text", "shape": [1], "datatype": "BYTES", "data": ["Profit rose"]}]}',
)


@dataclass(frozen=True, slots=True)
class Inference:
    """A reply, whose answer is the JSON, and the bytes of outputs that come after that."""

    reply: Reply
    binary: bytes


def infer(service: Service, request: InferRequest, binary: bytes) -> Inference:
    """Classify the texts of a request.

    Args:
        service: holds the texts against the limits, and has the model.
        request: the request's JSON.
        binary: what came after it.

    Raises:
        Refusal: 422, the request does not fit the model, or a text cannot be classified.
    """
    wanted = wanted_of(request)
    texts = texts_of(request, binary)
    service.check_all(texts, "text")
    scores = service.model.classify(texts)
    outputs = [output_of(scores, each) for each in wanted]
    answer = InferAnswer(
        NAME,
        service.model.version,
        [output.described for output in outputs],
        UNSET if request.id is None else request.id,
    )
    binary_outputs = b"".join(output.binary for output in outputs)
    return Inference(Reply(answer, texts, scores.labels, scores.drift()), binary_outputs)
