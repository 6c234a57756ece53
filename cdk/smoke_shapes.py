"""The shapes that answers must have, and what to do about one that has another."""

import math
from typing import Any

from cdk.smoke_client import Answer

JSON = "application/json"
PROBLEM = "application/problem+json"
# The same graph computes a batch and a text alone, in another order of additions.
TOLERANCE = 1e-4

_WHAT_TO_DO = {
    401: "set FINTONE_API_KEY to the key of this service",
    403: "with auth=iam run this with --iam, and with credentials that may"
    " lambda:InvokeFunctionUrl and lambda:InvokeFunction",
    404: "give the root of the service as the URL",
    429: "all environments are busy, so raise reserved_concurrency, or wait",
}


class CheckFailedError(Exception):
    """The service is not as it has to be; the message says what it did, and what to do."""


def object_of(answer: Answer, status: int, media_type: str) -> dict[str, Any]:
    """Return the body of an answer, an object of JSON.

    Raises:
        CheckFailedError: it has another status, another media type, or is no object.
    """
    if answer.status != status:
        advice = _WHAT_TO_DO.get(answer.status, "read the function's log with aws logs tail")
        raise CheckFailedError(f"{answer.status} and not {int(status)}, {said(answer)}: {advice}")
    sent = answer.headers.get("content-type", "").partition(";")[0]
    body = answer.json()
    if sent != media_type or not isinstance(body, dict):
        raise CheckFailedError(
            f"{said(answer)} is no {media_type}: give the root of the service as the URL"
        )
    return body


def result_of(result: object, labels: frozenset[str]) -> tuple[str, dict[str, float]]:
    """Return the label and the probabilities of one text.

    Args:
        result: what the answer has for it.
        labels: those of the graph that should be deployed.

    Raises:
        CheckFailedError: the result is not whole, or of another graph.
    """
    if not isinstance(result, dict) or not isinstance(result.get("probabilities"), dict):
        raise CheckFailedError("a text has no result: this is another service, or another version")
    label, score = result.get("label"), result.get("score")
    probabilities: dict[str, float] = result["probabilities"]
    if probabilities.keys() != labels:
        raise CheckFailedError(
            f"the labels are {_listed(probabilities)} and not {_listed(labels)}: deploy this graph,"
            " or give the --metrics of the other one"
        )
    if label not in labels or not probabilities[label] == score == max(probabilities.values()):
        raise CheckFailedError("the label is not the most probable one: roll back")
    if not math.isclose(sum(probabilities.values()), 1, abs_tol=TOLERANCE):
        raise CheckFailedError("the probabilities do not sum to 1: roll back")
    return label, probabilities


def said(answer: Answer) -> str:
    """Return what a refusal says, ours or AWS's, or else the start of the body, on one line."""
    body = answer.json()
    if isinstance(body, dict):
        for member in ("detail", "message", "Message"):
            if isinstance(body.get(member), str):
                return repr(body[member][:200])
    return repr(answer.body[:80].decode("utf-8", "replace"))


def _listed(names: "frozenset[str] | dict[str, float]") -> str:
    return ", ".join(sorted(names))
