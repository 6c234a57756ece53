"""Signals of drift: whether the texts that come are still like those that the model learnt from."""

import msgspec


class Drift(msgspec.Struct, frozen=True, gc=False):
    """The signals of a request's texts, as sums: shares and means are taken of sums of requests.

    Attributes:
        words: the texts' words, as the graph sees them.
        unknown_words: those of them that the graph's vocabulary does not have.
        confidence: the scores of the labels that were answered.
    """

    words: int = 0
    unknown_words: int = 0
    confidence: float = 0.0


NO_DRIFT = Drift()
