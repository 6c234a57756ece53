"""What the service answers, as plain functions: HTTP and Lambda events are wrapped around them."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType

from runtime.codec import Codec
from runtime.model import Model
from runtime.problems import Refusal
from runtime.schema import (
    BatchAnswer,
    ClassifyRequest,
    ProcessTextAnswer,
    ProcessTextRequest,
    Result,
    SingleAnswer,
)
from runtime.settings import Settings

classify_codec = Codec(ClassifyRequest, '{"text": "Profit rose"}')
process_text_codec = Codec(ProcessTextRequest, '{"payload": "Profit rose"}')


class Reply(msgspec.Struct, frozen=True):
    """An answer, and the texts and labels that the log counts."""

    answer: msgspec.Struct
    texts: Sequence[str]
    labels: Sequence[str]


class Service:
    """Answers requests with one model, within the limits of the settings."""

    def __init__(self, model: Model, settings: Settings) -> None:
        self.model = model
        self._max_characters = settings.max_text_characters
        self._max_texts = settings.max_texts

    def classify(self, request: ClassifyRequest) -> Reply:
        """Answer `text` with a SingleAnswer, `texts` with a BatchAnswer.

        Raises:
            Refusal: 422, the texts are missing, too many, or one of them cannot be classified.
        """
        text, texts = request.text, request.texts
        if isinstance(text, UnsetType):
            if isinstance(texts, UnsetType):
                raise Refusal(422, "Send the field text, a string, or texts, an array of strings.")
            return self._classify_many(texts)
        if texts is not UNSET:
            raise Refusal(422, "Send either text or texts, not both.")
        self._check(text, "text")
        (result,) = self._results([text])
        return Reply(SingleAnswer(self.model.version, result), (text,), (result.label,))

    def process_text(self, request: ProcessTextRequest) -> Reply:
        """Answer as the service did that this one replaces.

        Raises:
            Refusal: 422, the payload cannot be classified.
        """
        text = request.payload
        self._check(text, "payload")
        (label,) = self.model.classify([text]).labels
        return Reply(ProcessTextAnswer(text, label), (text,), (label,))

    def _classify_many(self, texts: list[str]) -> Reply:
        if not texts:
            raise Refusal(422, "texts is empty: send at least one text.")
        if len(texts) > self._max_texts:
            raise Refusal(
                422, f"texts has {len(texts)} texts: send at most {self._max_texts} in one request."
            )
        for index, text in enumerate(texts):
            self._check(text, "texts", index)
        results = self._results(texts)
        answer = BatchAnswer(self.model.version, results)
        return Reply(answer, texts, [result.label for result in results])

    def _check(self, text: str, field: str, index: int | None = None) -> None:
        """Refuse a text that is blank (white space alone), too long, or not Unicode."""
        if len(text) > self._max_characters:
            reason = f"has {len(text)} characters: shorten it to at most {self._max_characters}"
        elif not text or text.isspace():
            reason = "is blank: send a text with words"
        elif not text.isascii() and _has_lone_surrogate(text):
            reason = "has a lone surrogate: send whole characters"
        else:
            return
        where = field if index is None else f"{field}[{index}]"
        raise Refusal(422, f"{where} {reason}.")

    def _results(self, texts: list[str]) -> list[Result]:
        scores, names = self.model.classify(texts), self.model.labels
        results = []
        for label, row in zip(scores.labels, scores.probabilities, strict=True):
            probabilities = dict(zip(names, row, strict=True))
            results.append(Result(label, probabilities[label], probabilities))
        return results


def _has_lone_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
