"""Makes openapi.json (OpenAPI 3.1) from the types that validate, and from real answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from runtime.api import Reply, Service
from runtime.problems import TITLES, Problem
from runtime.schema import (
    BatchAnswer,
    ClassifyRequest,
    Health,
    ProcessTextAnswer,
    ProcessTextRequest,
    SingleAnswer,
)
from runtime.settings import Settings

JsonObject = dict[str, Any]

_REFERENCE = "#/components/schemas/{name}"
_TYPES = (
    ClassifyRequest,
    SingleAnswer,
    BatchAnswer,
    ProcessTextRequest,
    ProcessTextAnswer,
    Health,
    Problem,
)
_FELL = "Operating profit fell to EUR 35.4 mn from EUR 68.8 mn"
_ROSE = "Net sales rose by 5 % to EUR 131 mn"

SINGLE = ClassifyRequest(text=_FELL)
BATCH = ClassifyRequest(texts=[_FELL, _ROSE])
PAYLOAD = ProcessTextRequest(payload=_FELL)


@dataclass(frozen=True, slots=True)
class _Error:
    status: int
    description: str


_REQUEST_ERRORS = (
    _Error(400, "The body is not JSON."),
    _Error(413, "The body is too long."),
    _Error(415, "The body is not announced as application/json."),
    _Error(422, "The JSON does not fit: a field is missing, wrong, blank or too long."),
    _Error(500, "The service failed."),
)
_KEY_ERROR = _Error(401, "The API key is missing or wrong.")
_KEY_SCHEME = {"type": "apiKey", "in": "header", "name": "x-api-key"}


def document(service: Service, settings: Settings) -> JsonObject:
    """Make the description of the API.

    Args:
        service: answers the examples, so that they show the labels of the graph that is served.
        settings: the limits that the schemas state, and whether requests need a key.
    """
    _, schemas = msgspec.json.schema_components(_TYPES, ref_template=_REFERENCE)
    _state_limits(schemas, settings)
    single, batch = service.classify(SINGLE), service.classify(BATCH)
    old = service.process_text(PAYLOAD)
    version = service.model.version
    api = {
        "openapi": "3.1.0",
        "info": {
            "title": "fintone",
            "version": version,
            "summary": "Sentiment of financial news",
            "description": f"Labels: {', '.join(service.model.labels)}.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/v1/classify": {"post": _classify(single, batch)},
            "/process_text": {"post": _process_text(old)},
            "/health/live": {"get": _health("live", "Whether the process answers.", version)},
            "/health/ready": {"get": _ready(version)},
            "/": {"get": _text("home", "A page for people.", "text/html")},
            "/docs": {"get": _text("docs", "The reference, for people.", "text/html")},
            "/openapi.json": {"get": _text("openapi", "This description.", "application/json")},
        },
        "components": {"schemas": schemas},
    }
    if settings.api_key is not None:
        _require_key(api)
    return api


def _require_key(api: JsonObject) -> None:
    """Add that all but pages, documents and health need the API key."""
    api["security"] = [{"apiKey": []}]
    api["components"]["securitySchemes"] = {"apiKey": _KEY_SCHEME}
    for methods in api["paths"].values():
        for method, operation in methods.items():
            if method == "get":
                operation["security"] = []
            else:
                responses = operation["responses"] | {"401": _problem(_KEY_ERROR)}
                operation["responses"] = dict(sorted(responses.items()))


def _state_limits(schemas: Mapping[str, JsonObject], settings: Settings) -> None:
    """Add to the types' schemas what is a setting, or a rule between two fields."""
    text_limits = {"minLength": 1, "maxLength": settings.max_text_characters}
    classify = schemas["ClassifyRequest"]["properties"]
    classify["text"] |= text_limits
    classify["texts"] |= {"minItems": 1, "maxItems": settings.max_texts}
    classify["texts"]["items"] |= text_limits
    schemas["ProcessTextRequest"]["properties"]["payload"] |= text_limits
    schemas["ClassifyRequest"]["oneOf"] = [{"required": ["text"]}, {"required": ["texts"]}]


def _classify(single: Reply, batch: Reply) -> JsonObject:
    return {
        "operationId": "classify",
        "summary": "Classify one text, or several.",
        "requestBody": _body("ClassifyRequest", {"single": SINGLE, "batch": BATCH}),
        "responses": {
            "200": {
                "description": "A result for each text.",
                "content": _json(
                    {"anyOf": [_reference("SingleAnswer"), _reference("BatchAnswer")]},
                    {"single": single.answer, "batch": batch.answer},
                ),
            },
            **_errors(),
        },
    }


def _process_text(reply: Reply) -> JsonObject:
    return {
        "operationId": "processText",
        "summary": "Classify one text, as the service did that this one replaces.",
        "requestBody": _body("ProcessTextRequest", {"payload": PAYLOAD}),
        "responses": {
            "200": {
                "description": "The text and its label.",
                "content": _json(_reference("ProcessTextAnswer"), {"payload": reply.answer}),
            },
            **_errors(),
        },
    }


def _health(status: str, summary: str, version: str) -> JsonObject:
    content = _json(_reference("Health"), {status: Health(status, version)})
    return {
        "operationId": status,
        "summary": summary,
        "responses": {"200": {"description": "It does.", "content": content}},
    }


def _ready(version: str) -> JsonObject:
    operation = _health("ready", "Whether the graph has answered once.", version)
    operation["responses"]["503"] = _problem(_Error(503, "It has not, yet."))
    return operation


def _text(name: str, summary: str, media_type: str) -> JsonObject:
    return {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": {
                "description": summary,
                "content": {
                    media_type: {"schema": {"type": "object" if "json" in media_type else "string"}}
                },
            },
            "304": {"description": "The client has it already (If-None-Match)."},
        },
    }


def _body(schema: str, examples: Mapping[str, msgspec.Struct]) -> JsonObject:
    return {"required": True, "content": _json(_reference(schema), examples)}


def _json(schema: JsonObject, examples: Mapping[str, msgspec.Struct]) -> JsonObject:
    values = {name: {"value": msgspec.to_builtins(value)} for name, value in examples.items()}
    return {"application/json": {"schema": schema, "examples": values}}


def _errors() -> JsonObject:
    return {str(error.status): _problem(error) for error in _REQUEST_ERRORS}


def _problem(error: _Error) -> JsonObject:
    example = Problem("about:blank", TITLES[error.status], error.status, error.description)
    return {
        "description": error.description,
        "content": {
            "application/problem+json": {
                "schema": _reference("Problem"),
                "example": msgspec.to_builtins(example),
            }
        },
    }


def _reference(name: str) -> JsonObject:
    return {"$ref": _REFERENCE.format(name=name)}
