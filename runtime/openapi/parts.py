"""What the descriptions of operations are put together from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from runtime.problems import TITLES, Problem

JsonObject = dict[str, Any]

REFERENCE = "#/components/schemas/{name}"


@dataclass(frozen=True, slots=True)
class Family:
    """Routes that belong together, as openapi.json describes them.

    Attributes:
        paths: the operations of each path.
        types: what their schemas are made from.
    """

    paths: Mapping[str, JsonObject]
    types: tuple[type[msgspec.Struct], ...]


@dataclass(frozen=True, slots=True)
class Error:
    """A status of an operation, and when it is answered."""

    status: int
    description: str


_REQUEST_ERRORS = (
    Error(400, "The body is not JSON."),
    Error(413, "The body is too long."),
    Error(415, "The body is not announced as application/json."),
    Error(422, "The JSON does not fit: a field is missing, wrong, blank or too long."),
    Error(500, "The service failed."),
)


def reference(name: str) -> JsonObject:
    """Refer to the schema of a type by its name."""
    return {"$ref": REFERENCE.format(name=name)}


def body(schema: str, examples: Mapping[str, msgspec.Struct]) -> JsonObject:
    """Describe the body of a request, with examples by name."""
    return {"required": True, "content": json_content(reference(schema), examples)}


def json_content(schema: JsonObject, examples: Mapping[str, msgspec.Struct]) -> JsonObject:
    """Describe JSON, with examples by name."""
    values = {name: {"value": msgspec.to_builtins(value)} for name, value in examples.items()}
    return {"application/json": {"schema": schema, "examples": values}}


def request_errors() -> JsonObject:
    """Describe the errors of an operation that takes JSON."""
    return {str(error.status): problem(error) for error in _REQUEST_ERRORS}


def problem(error: Error) -> JsonObject:
    """Describe an error that is answered with problem details."""
    example = Problem("about:blank", TITLES[error.status], error.status, error.description)
    return {
        "description": error.description,
        "content": {
            "application/problem+json": {
                "schema": reference("Problem"),
                "example": msgspec.to_builtins(example),
            }
        },
    }
