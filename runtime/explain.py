"""Which words speak for a text's label: what the graph says of the text without each of them."""

import math
import re

import msgspec

from runtime.api import Reply, Service
from runtime.codec import Codec
from runtime.problems import Refusal
from runtime.schema import Result

# A text that is explained costs as much as a text for each word: at this limit about twice of what
# /v1/classify takes for the longest body.
MAX_WORDS = 200

# A word is all that stands between white space, punctuation and signs included: without "-5%" its
# neighbours are whole, and no "-" stays behind to be read as theirs.
_WORD = re.compile(r"\S+")
# The least normal number of float32, in which the graph answers: ln of 0 would be no JSON.
_LEAST = 2.0**-126


class ExplainRequest(msgspec.Struct, frozen=True):
    """One text, of which each word is to be weighed."""

    text: str


class WordWeight(msgspec.Struct, frozen=True):
    """A word of a text, where it stands, and what it does for the label.

    `start` and `end` count Unicode code points, from 0 and without the end. `weight` is how much
    the log-odds of the label change with the word: above 0, it speaks for the label.
    """

    word: str
    start: int
    end: int
    weight: float


class ExplainAnswer(msgspec.Struct, frozen=True):
    """The answer to one text, and the weights of its words, in their order."""

    model: str
    result: Result
    words: list[WordWeight]


explain_codec = Codec(ExplainRequest, '{"text": "Profit rose"}')


class Explanations:
    """Weighs the words of a text by leaving each of them out.

    Args:
        service: what classifies the text, within its limits.
    """

    def __init__(self, service: Service) -> None:
        self._service = service

    def explain(self, request: ExplainRequest) -> Reply:
        """Answer with an ExplainAnswer.

        All texts go through the graph together. One alone has the same probabilities to 1e-6: for
        another number of texts a matrix product adds up in another order.

        A text of one word is compared with none: /v1/classify refuses that, the graph does not.

        Raises:
            Refusal: 422, the text cannot be classified, or has more than MAX_WORDS words.
        """
        text = request.text
        self._service.check(text, "text")
        words = list(_WORD.finditer(text))
        if len(words) > MAX_WORDS:
            raise Refusal(422, f"text has {len(words)} words: shorten it to at most {MAX_WORDS}.")
        without = [text[: word.start()] + text[word.end() :] for word in words]
        scores = self._service.model.classify([text, *without])
        result, *others = self._service.results_of(scores)
        log_odds = _log_odds(result, result.label)
        weights = [
            WordWeight(word[0], *word.span(), log_odds - _log_odds(other, result.label))
            for word, other in zip(words, others, strict=True)
        ]
        answer = ExplainAnswer(self._service.model.version, result, weights)
        return Reply(answer, (text,), (result.label,), scores.drift(1))


def _log_odds(result: Result, label: str) -> float:
    """Return ln(p / (1 - p)) of a label.

    1 - p is taken as the sum of the other labels' probabilities: where p is rounded to 1, they
    still tell how far from 1 it is.
    """
    others = (share for name, share in result.probabilities.items() if name != label)
    return math.log(max(result.probabilities[label], _LEAST) / max(math.fsum(others), _LEAST))
