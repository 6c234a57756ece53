"""What the descriptions of operations are put together from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from runtime.problems import TITLES, TOO_MANY, Problem

JsonObject = dict[str, Any]

REFERENCE = "#/components/schemas/{name}"


@dataclass(frozen=True, slots=True)
class Family:
    """Routes that belong together, as openapi.json describes them.

    Attributes:
        paths: the operations of each path.
        types: what their schemas are made from.
        tag: the heading that the reference has them under.
    """

    paths: Mapping[str, JsonObject]
    types: tuple[type[msgspec.Struct], ...]
    tag: str = "Texts"


@dataclass(frozen=True, slots=True)
class Error:
    """A status of an operation.

    Attributes:
        status: the status.
        description: when it is answered.
        said: what is then said, for example.
    """

    status: int
    description: str
    said: str = ""


FAILURE = Error(
    500, "The service failed.", "The service failed; its log tells why under this request's id."
)
BUSY = Error(503, "More requests came than can be answered in time: see Retry-After.", TOO_MANY)
COLD = Error(503, "It has not, yet.", "The graph is not warm yet: ask again in a second.")

# What is said to these, runtime/openapi/mistakes.py finds out.
_REQUEST_ERRORS = (
    Error(400, "The body is not JSON."),
    Error(413, "The body is too long."),
    Error(415, "The body is not announced as application/json."),
    Error(422, "The JSON does not fit: a field is missing, wrong, blank or too long."),
    FAILURE,
    BUSY,
)


def reference(name: str) -> JsonObject:
    """Refer to the schema of a type by its name."""
    return {"$ref": REFERENCE.format(name=name)}


def body(schema: str, examples: Mapping[str, msgspec.Struct]) -> JsonObject:
    """Describe the body of a request, with examples by name."""
    return {"required": True, "content": json_content(reference(schema), examples)}


def json_content(schema: JsonObject, examples: Mapping[str, object]) -> JsonObject:
    """Describe JSON, with examples by name."""
    values = {name: {"value": msgspec.to_builtins(value)} for name, value in examples.items()}
    return {"application/json": {"schema": schema, "examples": values}}


def request_errors() -> JsonObject:
    """Describe the errors of an operation that takes JSON."""
    return {str(error.status): problem(error) for error in _REQUEST_ERRORS}


def problem(error: Error) -> JsonObject:
    """Describe an error that is answered with problem details."""
    example = Problem("about:blank", TITLES[error.status], error.status, error.said)
    return {
        "description": error.description,
        "content": {
            "application/problem+json": {
                "schema": reference("Problem"),
                "example": msgspec.to_builtins(example),
            }
        },
    }
