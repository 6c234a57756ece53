"""Puts the parts together: model and settings in, an ASGI application out."""

import msgspec
from starlette.types import ASGIApp

from runtime.api import Service, classify_codec, process_text_codec
from runtime.endpoints import Content, Document, JsonEndpoint, Live, Ready, not_found
from runtime.logs import LogLines
from runtime.middleware import Problems, RequestLog
from runtime.model import Model
from runtime.routing import Endpoint, ExactPaths
from runtime.settings import Settings

_GET = ("GET", "HEAD")
_POST = ("POST",)


def create(settings: Settings, model: Model, lines: LogLines) -> ASGIApp:
    """Make the application.

    Args:
        settings: limits of requests, and the API key that they need.
        model: the graph that answers.
        lines: where each request is logged.
    """
    service = Service(model, settings)
    limit = settings.max_body_bytes
    classify = JsonEndpoint(classify_codec, service.classify, limit)
    process_text = JsonEndpoint(process_text_codec, service.process_text, limit)
    endpoints = [
        Endpoint("/v1/classify", _POST, classify),
        Endpoint("/process_text", _POST, process_text),
        Endpoint("/health/live", _GET, Live(model), public=True),
        Endpoint("/health/ready", _GET, Ready(model), public=True),
        *_documents(service, settings),
    ]
    if settings.api_key is not None:
        # Imported here, as most have no key, and a cold start pays for each import.
        from runtime.authentication import protect

        endpoints = protect(endpoints, settings.api_key)
    return RequestLog(Problems(ExactPaths(endpoints, not_found)), lines)


def _documents(service: Service, settings: Settings) -> list[Endpoint]:
    """Make the endpoints for people; what renders them is imported when first asked for."""

    def home() -> Content:
        from runtime import pages

        return pages.home(service.model, settings)

    def reference() -> Content:
        from runtime import pages

        return pages.reference(service, settings)

    def openapi() -> Content:
        from runtime.openapi import document

        return Content(msgspec.json.encode(document(service, settings)), b"application/json")

    return [
        Endpoint("/", _GET, Document(home), public=True),
        Endpoint("/docs", _GET, Document(reference), public=True),
        Endpoint("/openapi.json", _GET, Document(openapi), public=True),
    ]
