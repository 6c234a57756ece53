"""Makes openapi.json (OpenAPI 3.1) from the types that validate, and from real answers."""

import inspect
from collections.abc import Mapping

import msgspec
from starlette.types import ASGIApp

from runtime.api import Service
from runtime.openapi import explain, huggingface, inference_protocol, metrics
from runtime.openapi import service as own
from runtime.openapi.mistakes import show_answers
from runtime.openapi.parts import REFERENCE, Error, Family, JsonObject, problem
from runtime.problems import Problem
from runtime.settings import Settings

_KEY_ERROR = Error(401, "The API key is missing or wrong.")
_KEY_SCHEME = {"type": "apiKey", "in": "header", "name": "x-api-key"}


def document(
    service: Service, settings: Settings, app: ASGIApp, *, has_metrics: bool
) -> JsonObject:
    """Make the description of the API.

    Args:
        service: answers the examples, so that they show the labels of the graph that is served.
        settings: the limits that the schemas state, and whether requests need a key.
        app: answers requests that are wrong, for the examples of errors.
        has_metrics: whether there is /metrics, which Lambda has not.
    """
    families = (
        own.texts(service),
        explain.family(service),
        huggingface.family(service),
        inference_protocol.family(service, settings),
        own.health(service),
        *((metrics.family(),) if has_metrics else ()),
        own.documents(),
    )
    for family in families:
        _tag(family)
    types = [Problem, *(each for family in families for each in family.types)]
    _, schemas = msgspec.json.schema_components(types, ref_template=REFERENCE)
    for schema in schemas.values():
        # An indented line would be code: a description is Markdown.
        schema["description"] = inspect.cleandoc(schema["description"])
    _state_limits(schemas, settings)
    api = {
        "openapi": "3.1.0",
        "info": {
            "title": "fintone",
            "version": service.model.version,
            "summary": "Sentiment of financial news",
            "description": f"Labels: {', '.join(service.model.labels)}.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        # Relative to this document, as a path may have been put before ours.
        "servers": [{"url": ".", "description": "this service"}],
        "paths": {path: each for family in families for path, each in family.paths.items()},
        "components": {"schemas": schemas},
    }
    if settings.api_key is not None:
        _require_key(api)
    show_answers(api, app, settings)
    return api


def _tag(family: Family) -> None:
    for operations in family.paths.values():
        for operation in operations.values():
            operation["tags"] = [family.tag]


def _require_key(api: JsonObject) -> None:
    """Add that all but pages, documents and health need the API key."""
    api["security"] = [{"apiKey": []}]
    api["components"]["securitySchemes"] = {"apiKey": _KEY_SCHEME}
    for methods in api["paths"].values():
        for method, operation in methods.items():
            if "401" in operation["responses"]:
                continue  # its family has said so, with an error of its own shape
            if method == "get":
                operation["security"] = []
            else:
                responses = operation["responses"] | {"401": problem(_KEY_ERROR)}
                operation["responses"] = dict(sorted(responses.items()))


def _state_limits(schemas: Mapping[str, JsonObject], settings: Settings) -> None:
    """Add to the types' schemas what is a setting, or a rule between two fields."""
    text_limits = {"minLength": 1, "maxLength": settings.max_text_characters}
    classify = schemas["ClassifyRequest"]["properties"]
    classify["text"] |= text_limits
    classify["texts"] |= {"minItems": 1, "maxItems": settings.max_texts}
    classify["texts"]["items"] |= text_limits
    schemas["ExplainRequest"]["properties"]["text"] |= text_limits
    schemas["ProcessTextRequest"]["properties"]["payload"] |= text_limits
    _, several = schemas["PredictRequest"]["properties"]["inputs"]["anyOf"]
    several |= {"minItems": 1, "maxItems": settings.max_texts}
    inputs = schemas["InferRequest"]["properties"]["inputs"]
    inputs |= {"minItems": 1, "maxItems": 1}
    data, _ = schemas["RequestInput"]["properties"]["data"]["anyOf"]
    data |= {"minItems": 1, "maxItems": settings.max_texts}
    schemas["ClassifyRequest"]["oneOf"] = [{"required": ["text"]}, {"required": ["texts"]}]
