"""Makes openapi.json (OpenAPI 3.1) from the types that validate, and from real answers."""

from collections.abc import Mapping

import msgspec

from runtime.api import Service
from runtime.openapi import service as own
from runtime.openapi.parts import REFERENCE, Error, JsonObject, problem
from runtime.problems import Problem
from runtime.settings import Settings

_KEY_ERROR = Error(401, "The API key is missing or wrong.")
_KEY_SCHEME = {"type": "apiKey", "in": "header", "name": "x-api-key"}


def document(service: Service, settings: Settings) -> JsonObject:
    """Make the description of the API.

    Args:
        service: answers the examples, so that they show the labels of the graph that is served.
        settings: the limits that the schemas state, and whether requests need a key.
    """
    families = (own.family(service),)
    types = [Problem, *(each for family in families for each in family.types)]
    _, schemas = msgspec.json.schema_components(types, ref_template=REFERENCE)
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
        "servers": [{"url": "/"}],
        "paths": {path: each for family in families for path, each in family.paths.items()},
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
                responses = operation["responses"] | {"401": problem(_KEY_ERROR)}
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
