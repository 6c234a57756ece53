"""What a deployed service must answer. Each check asks what it needs, and depends on no other."""

import math
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from cdk.smoke_client import Answer, Client
from cdk.smoke_shapes import (
    JSON,
    PROBLEM,
    TOLERANCE,
    CheckFailedError,
    object_of,
    result_of,
    said,
)

FELL = "Operating profit fell to EUR 35.4 mn from EUR 68.8 mn"
ROSE = "Net sales rose by 5 % to EUR 131 mn"


@dataclass(frozen=True, slots=True)
class Expected:
    """What the checks hold an answer against.

    Attributes:
        labels: the labels of the graph that was deployed.
        p95_ms: the longest that 95 of 100 warm requests may take.
        requests: how many warm requests to time.
    """

    labels: frozenset[str]
    p95_ms: int
    requests: int


Check = Callable[[Client, Expected], str]


def check_first(answer: Answer) -> str:
    """Hold the first answer to GET /health/ready against its shape; return the figures."""
    health = object_of(answer, HTTPStatus.OK, JSON)
    if health.get("status") != "ready" or not isinstance(health.get("model"), str):
        raise CheckFailedError(f"{said(answer)} is no state of health: check the URL")
    return f"model {health['model']}, first request {answer.milliseconds:.0f} ms"


def check_closed(answer: Answer) -> str:
    """Hold the answer to an unsigned request against what IAM gives."""
    if answer.status == HTTPStatus.OK:
        raise CheckFailedError(
            "an unsigned request is answered: anybody can call this function, so deploy it with"
            " auth=iam"
        )
    if answer.status != HTTPStatus.FORBIDDEN:
        raise CheckFailedError(f"{answer.status} and not 403, {said(answer)}: check the URL")
    return "403 without a signature"


def _classify(client: Client, expected: Expected) -> str:
    answer = client.ask("POST", "/v1/classify", {"text": FELL})
    body = object_of(answer, HTTPStatus.OK, JSON)
    label, probabilities = result_of(body.get("result"), expected.labels)
    return f"{label} {probabilities[label]:.3f}"


def _batch(client: Client, expected: Expected) -> str:
    texts = [FELL, ROSE]
    body = object_of(client.ask("POST", "/v1/classify", {"texts": texts}), HTTPStatus.OK, JSON)
    results = body.get("results")
    if not isinstance(results, list) or len(results) != len(texts):
        raise CheckFailedError(f"{len(texts)} texts do not have as many results")
    together = [result_of(result, expected.labels) for result in results]
    for text, (label, probabilities) in zip(texts, together, strict=True):
        alone = object_of(client.ask("POST", "/v1/classify", {"text": text}), HTTPStatus.OK, JSON)
        _, expected_here = result_of(alone.get("result"), expected.labels)
        if not math.isclose(probabilities[label], expected_here[label], abs_tol=TOLERANCE):
            raise CheckFailedError(f"{text!r} gets another answer in a batch than alone")
    return ", ".join(label for label, _ in together)


def _wrong_request(client: Client, _: Expected) -> str:
    answer = client.ask("POST", "/v1/classify", {"headline": FELL})
    problem = object_of(answer, HTTPStatus.UNPROCESSABLE_ENTITY, PROBLEM)
    members = {"type": str, "title": str, "status": int, "detail": str}
    if not all(isinstance(problem.get(name), kind) for name, kind in members.items()):
        raise CheckFailedError(f"{said(answer)} are no problem details of RFC 9457")
    return f"422, {problem['detail']!r}"


def _old_route(client: Client, expected: Expected) -> str:
    body = object_of(client.ask("POST", "/process_text", {"payload": FELL}), HTTPStatus.OK, JSON)
    if body.get("Raw Text") != FELL or body.get("Categories") not in expected.labels:
        raise CheckFailedError("the answer is not the text and its label, as the old service's was")
    return str(body["Categories"])


def _headers(client: Client, _: Expected) -> str:
    request_id = f"smoke-{secrets.token_hex(8)}"
    answer = client.ask(
        "POST", "/v1/classify", {"text": FELL}, headers={"x-request-id": request_id}
    )
    wanted = {
        "x-request-id": request_id,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    for name, value in wanted.items():
        if answer.headers.get(name) != value:
            raise CheckFailedError(
                f"{name} is {answer.headers.get(name)!r} and not {value!r}: something between"
                " changes headers, or this is another service"
            )
    return ", ".join(wanted)


def _without_key(client: Client, _: Expected) -> str:
    answer = client.ask("POST", "/v1/classify", {"text": FELL}, with_key=False)
    if answer.status != HTTPStatus.UNAUTHORIZED:
        raise CheckFailedError(
            f"a request without the key is answered with {answer.status}: the function has no key,"
            " so deploy it with api_key_secret or api_key_parameter"
        )
    object_of(answer, HTTPStatus.UNAUTHORIZED, PROBLEM)
    return "401 without the key"


def _latency(client: Client, expected: Expected) -> str:
    taken = []
    for _ in range(expected.requests):
        answer = client.ask("POST", "/v1/classify", {"text": FELL})
        object_of(answer, HTTPStatus.OK, JSON)
        taken.append(answer.milliseconds)
    p50, p95 = percentile(taken, 50), percentile(taken, 95)
    figures = f"p50 {p50:.0f} ms, p95 {p95:.0f} ms of {len(taken)} warm requests"
    if p95 > expected.p95_ms:
        raise CheckFailedError(
            f"{figures}, over {expected.p95_ms} ms: raise memory, ask from nearer, or raise"
            " --p95-ms"
        )
    return figures


def checks(client: Client) -> Iterator[tuple[str, Check]]:
    """Yield the checks that make sense for this client, each with its name."""
    yield "classify", _classify
    yield "batch", _batch
    yield "wrong request", _wrong_request
    yield "process_text", _old_route
    yield "headers", _headers
    if client.api_key is not None:
        yield "API key", _without_key
    yield "latency", _latency


def percentile(values: list[float], share: int) -> float:
    """Return the smallest value that `share` per cent of the values do not exceed."""
    return sorted(values)[math.ceil(len(values) * share / 100) - 1]
