"""What the service answers, as plain functions: HTTP and Lambda events are wrapped around them."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType

from runtime.codec import Codec
from runtime.drift import Drift
from runtime.model import Model, Scores
from runtime.problems import Refusal
from runtime.record import Record
from runtime.schema import (
    BatchAnswer,
    ClassifyRequest,
    ProcessTextAnswer,
    ProcessTextRequest,
    Result,
    SingleAnswer,
)
from runtime.settings import Settings

CLASSIFY = "/v1/classify"
"""The path of the service's own protocol: here, and below ASGI too."""

classify_codec = Codec(ClassifyRequest, '{"text": "Profit rose"}')
process_text_codec = Codec(ProcessTextRequest, '{"payload": "Profit rose"}')


class Reply(msgspec.Struct, frozen=True):
    """An answer, as msgspec encodes it, and what the log and the metrics count.

    Attributes:
        answer: what is encoded.
        texts: the texts that were classified.
        labels: their labels.
        drift: their signals of drift: `Scores.drift` sums them up.
    """

    answer: object
    texts: Sequence[str]
    labels: Sequence[str]
    drift: Drift

    def note(self, record: Record) -> None:
        """Note in a request's record what is counted of it."""
        record.texts, record.labels, record.drift = self.texts, self.labels, self.drift


class Service:
    """Answers requests with one model, within the limits of the settings.

    Attributes:
        model: the graph that answers.
        max_characters: the longest text.
    """

    def __init__(self, model: Model, settings: Settings) -> None:
        self.model = model
        self.max_characters = settings.max_text_characters
        self._max_texts = settings.max_texts

    def classify(self, request: ClassifyRequest) -> Reply:
        """Answer `text` with a SingleAnswer, `texts` with a BatchAnswer.

        Raises:
            Refusal: 422, the texts are missing, too many, or one of them cannot be classified.
        """
        texts = self.texts_of(request)
        return self.reply(request, texts, self.model.classify(texts))

    def texts_of(self, request: ClassifyRequest) -> Sequence[str]:
        """Return the texts that a request wants classified.

        Raises:
            Refusal: 422, the texts are missing, too many, or one of them cannot be classified.
        """
        text, texts = request.text, request.texts
        if isinstance(text, UnsetType):
            if isinstance(texts, UnsetType):
                raise Refusal(422, "Send the field text, a string, or texts, an array of strings.")
            self.check_all(texts, "texts")
            return texts
        if texts is not UNSET:
            raise Refusal(422, "Send either text or texts, not both.")
        self.check(text, "text")
        return (text,)

    def reply(self, request: ClassifyRequest, texts: Sequence[str], scores: Scores) -> Reply:
        """Make the answer to a request of what the graph says of its texts."""
        version, results = self.model.version, self.results_of(scores)
        is_single = request.texts is UNSET
        answer = SingleAnswer(version, results[0]) if is_single else BatchAnswer(version, results)
        return Reply(answer, texts, scores.labels, scores.drift())

    def process_text(self, request: ProcessTextRequest) -> Reply:
        """Answer as the service did that this one replaces.

        Raises:
            Refusal: 422, the payload cannot be classified.
        """
        text = request.payload
        self.check(text, "payload")
        scores = self.model.classify([text])
        answer = ProcessTextAnswer(text, scores.labels[0])
        return Reply(answer, (text,), scores.labels, scores.drift())

    def check_all(self, texts: Sequence[str], field: str) -> None:
        """Hold the texts of a field against the limits.

        Raises:
            Refusal: 422, there is no text, there are too many, or one cannot be classified.
        """
        if not texts:
            raise Refusal(422, f"{field} is empty: send at least one text.")
        if len(texts) > self._max_texts:
            raise Refusal(
                422,
                f"{field} has {len(texts)} texts: send at most {self._max_texts} in one request.",
            )
        for index, text in enumerate(texts):
            self.check(text, field, index)

    def check(self, text: str, field: str, index: int | None = None) -> None:
        """Hold a text against the limits; `field` and `index` say where it was sent.

        Raises:
            Refusal: 422, it is blank (white space alone), too long, or not Unicode.
        """
        if len(text) > self.max_characters:
            reason = f"has {len(text)} characters: shorten it to at most {self.max_characters}"
        elif not text or text.isspace():
            reason = "is blank: send a text with words"
        elif not text.isascii() and _has_lone_surrogate(text):
            reason = "has a lone surrogate: send whole characters"
        else:
            return
        where = field if index is None else f"{field}[{index}]"
        raise Refusal(422, f"{where} {reason}.")

    def results_of(self, scores: Scores) -> list[Result]:
        """Say what the graph says of N texts as answers do."""
        names = self.model.labels
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
