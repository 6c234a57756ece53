"""Whether an answer is right, as far as one can tell without the model.

Nothing of the service is imported here: it would be judged by its own words.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import msgspec

from load.questions import SINGLE, Question

# Probabilities are float32, written with as many digits as tell them apart.
_ROUNDING = 1e-4
_LONGEST = 6  # digits of Retry-After
_PROBLEM_JSON = "application/problem+json"


class Outcome(Enum):
    """What became of a request."""

    ANSWERED = "answered"
    SHED = "shed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a request.

    Attributes:
        outcome: which of the three.
        reason: what is wrong, where it failed: the same words for the same kind of mistake.
        retry_after: seconds to wait, where it was shed.
    """

    outcome: Outcome
    reason: str = ""
    retry_after: float = 0.0


class _Result(msgspec.Struct, frozen=True):
    label: str
    score: float
    probabilities: dict[str, float]


class _Single(msgspec.Struct, frozen=True):
    model: str
    result: _Result


class _Batch(msgspec.Struct, frozen=True):
    model: str
    results: list[_Result]


_single = msgspec.json.Decoder(_Single)
_batch = msgspec.json.Decoder(_Batch)
_ANSWERED = Verdict(Outcome.ANSWERED)


def judge(
    question: Question, status: int, headers: Mapping[str, str], body: bytes, labels: frozenset[str]
) -> Verdict:
    """Judge an answer.

    A 503 problem that says when to come back is what an overloaded service owes its clients: it is
    neither an answer nor a failure. A 503 that does not say so is a failure.

    Args:
        question: what was asked.
        status: HTTP's.
        headers: those of the answer, by names in lower case.
        body: all of it.
        labels: those of the model.
    """
    if status == 503:
        return _judge_503(headers)
    if status != 200:
        return Verdict(Outcome.FAILED, f"status {status}")
    reason = _mistake(question, body, labels)
    return Verdict(Outcome.FAILED, reason) if reason else _ANSWERED


def _judge_503(headers: Mapping[str, str]) -> Verdict:
    seconds = headers.get("retry-after", "")
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= _LONGEST):
        return Verdict(Outcome.FAILED, "status 503 without Retry-After in seconds")
    if headers.get("content-type", "").partition(";")[0] != _PROBLEM_JSON:
        return Verdict(Outcome.FAILED, f"status 503 that is not {_PROBLEM_JSON}")
    return Verdict(Outcome.SHED, retry_after=float(seconds))


def _mistake(question: Question, body: bytes, labels: frozenset[str]) -> str | None:
    try:
        if question.kind == SINGLE:
            results = [_single.decode(body).result]
        else:
            results = _batch.decode(body).results
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "answer of another shape"
    if len(results) != question.texts:
        return "not as many results as texts"
    return next((reason for result in results if (reason := _wrong(result, labels))), None)


def _wrong(result: _Result, labels: frozenset[str]) -> str | None:
    probabilities = result.probabilities
    if result.label not in labels:
        return "label that is none of the model's"
    if probabilities.keys() != labels:
        return "probabilities of other labels than the model's"
    values = probabilities.values()
    if not all(0 <= value <= 1 for value in values):
        return "probability that is none"
    if not math.isclose(sum(values), 1, abs_tol=_ROUNDING):
        return "probabilities do not sum to 1"
    if result.score != max(values):
        return "score is not the highest probability"
    if result.score != probabilities[result.label]:
        return "label is not the most probable one"
    return None
