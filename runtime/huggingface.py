"""Text classification as Hugging Face's clients ask for it."""

from typing import Annotated

import msgspec
from msgspec import Meta

from runtime.api import Reply, Service
from runtime.codec import Codec
from runtime.problems import Refusal
from runtime.schema import Result

_FIELD = "inputs"


class PredictParameters(msgspec.Struct, frozen=True, omit_defaults=True):
    """What Hugging Face's clients may ask for: the `top_k` most probable labels, as softmax."""

    top_k: Annotated[int, Meta(ge=1)] | None = None
    function_to_apply: Annotated[str, Meta(extra_json_schema={"enum": ["softmax"]})] | None = None


class PredictRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """The request of Hugging Face's clients, and of text-embeddings-inference.

    `inputs` is a text, or several; a text may stand in an array of its own. `truncate` cuts the
    end off a text that is too long, instead of refusing it.
    """

    inputs: str | list[str | list[str]]
    parameters: PredictParameters | None = None
    truncate: bool | None = None
    raw_scores: Annotated[bool, Meta(extra_json_schema={"enum": [False]})] | None = None


class Prediction(msgspec.Struct, frozen=True):
    """A label, and its probability."""

    label: str
    score: float


predict_codec = Codec(PredictRequest, '{"inputs": "Profit rose"}')


class Predictions:
    """Answers what huggingface_hub and text-embeddings-inference's callers send.

    One text is answered as a batch of one: `InferenceClient.text_classification` takes the first
    element of what it gets. text-embeddings-inference leaves the outer array away, and takes two
    strings in an array for a pair.

    Args:
        service: what classifies the texts, within its limits.
    """

    def __init__(self, service: Service) -> None:
        self._service = service

    def predict(self, request: PredictRequest) -> Reply:
        """Answer with the Predictions of each text, in the order of their scores.

        Raises:
            Refusal: 422, the texts are too many, or one cannot be classified; or the request asks
                for other scores than probabilities.
        """
        parameters = request.parameters or PredictParameters()
        _check_scores(request, parameters)
        texts = _texts(request)
        if request.truncate:
            texts = [text[: self._service.max_characters] for text in texts]
        if isinstance(request.inputs, str):
            self._service.check(texts[0], _FIELD)
        else:
            self._service.check_all(texts, _FIELD)
        scores = self._service.model.classify(texts)
        results = self._service.results_of(scores)
        answer = [_predictions(result)[: parameters.top_k] for result in results]
        return Reply(answer, texts, scores.labels, scores.drift())


def _texts(request: PredictRequest) -> list[str]:
    if isinstance(request.inputs, str):
        return [request.inputs]
    texts = []
    for index, text in enumerate(request.inputs):
        if isinstance(text, str):
            texts.append(text)
        elif len(text) == 1:
            texts.append(text[0])
        else:
            raise Refusal(
                422, f"{_FIELD}[{index}] has {len(text)} texts: send one in an array of its own."
            )
    return texts


def _check_scores(request: PredictRequest, parameters: PredictParameters) -> None:
    """Refuse what only logits could answer: the graph ends in its softmax."""
    if request.raw_scores:
        raise Refusal(422, "raw_scores is true: leave it out, as there are only probabilities.")
    if parameters.function_to_apply not in (None, "softmax"):
        raise Refusal(
            422,
            "parameters.function_to_apply is another than softmax: leave it out, as there are"
            " only probabilities.",
        )


def _predictions(result: Result) -> list[Prediction]:
    ranked = sorted(result.probabilities.items(), key=lambda item: -item[1])
    return [Prediction(label, score) for label, score in ranked]
