"""Puts the parts together: model and settings in, an ASGI application out."""

import msgspec
from starlette.types import ASGIApp

from runtime.api import CLASSIFY, Service, classify_codec, process_text_codec
from runtime.deferred import Deferred
from runtime.endpoints import Content, Document, JsonEndpoint, Live, Ready, not_found
from runtime.logs import LogLines
from runtime.middleware import Problems, RequestLog
from runtime.model import Model
from runtime.responses import INFERENCE_PROTOCOL
from runtime.routing import Endpoint, ExactPaths, Mount
from runtime.settings import Settings

_GET = ("GET", "HEAD")
_POST = ("POST",)
_HOME = ("/", "/page.css", "/page.js", "/icon.svg")
_REFERENCE = ("/docs", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js")


def create(
    settings: Settings, model: Model, lines: LogLines, metrics: ASGIApp | None = None
) -> ASGIApp:
    """Make the application.

    Args:
        settings: limits of requests, and the API key that they need.
        model: the graph that answers.
        lines: where each request is logged.
        metrics: what answers at /metrics, if anything does.
    """
    service = Service(model, settings)

    def openapi() -> Content:
        from runtime.openapi import document

        description = document(service, settings, routes, has_metrics=metrics is not None)
        return Content(msgspec.json.encode(description), b"application/json")

    limit = settings.max_body_bytes
    classify = JsonEndpoint(classify_codec, service.classify, limit)
    process_text = JsonEndpoint(process_text_codec, service.process_text, limit)
    endpoints = [
        Endpoint(CLASSIFY, _POST, classify),
        Endpoint("/process_text", _POST, process_text),
        *_deferred(service, limit),
        Endpoint("/health/live", _GET, Live(model), public=True),
        Endpoint("/health/ready", _GET, Ready(model), public=True),
        *_pages(service, settings),
        Endpoint("/openapi.json", _GET, Document(openapi), public=True),
    ]
    if metrics is not None:
        endpoints.append(Endpoint("/metrics", _GET, metrics, public=True))
    if settings.api_key is not None:
        # Imported here, as most have no key, and a cold start pays for each import.
        from runtime.authentication import protect

        endpoints = protect(endpoints, settings.api_key)
    mounts = (Mount(INFERENCE_PROTOCOL, _inference_protocol(service, settings)),)
    routes = Problems(ExactPaths(endpoints, not_found, mounts))
    return RequestLog(routes, lines)


def _inference_protocol(service: Service, settings: Settings) -> ASGIApp:
    """Make the application of the Open Inference Protocol, which few processes are asked in."""

    def make() -> ASGIApp:
        from runtime.inference_protocol.application import application

        return application(service, settings)

    return Deferred(make)


def _deferred(service: Service, limit: int) -> list[Endpoint]:
    """Make the endpoints for texts that are not asked in every process."""

    def explain() -> ASGIApp:
        from runtime.explain import Explanations, explain_codec

        return JsonEndpoint(explain_codec, Explanations(service).explain, limit)

    def predict() -> ASGIApp:
        from runtime.huggingface import Predictions, predict_codec

        return JsonEndpoint(predict_codec, Predictions(service).predict, limit)

    return [
        Endpoint("/v1/explain", _POST, Deferred(explain)),
        Endpoint("/predict", _POST, Deferred(predict)),
    ]


def _pages(service: Service, settings: Settings) -> list[Endpoint]:
    """Make the endpoints for people, and what their pages load."""

    def home() -> ASGIApp:
        from runtime.pages import Home

        return Home(service.model, settings)

    def reference() -> ASGIApp:
        from runtime.reference import Reference, installed

        return Reference(installed())

    page, docs = Deferred(home), Deferred(reference)
    return [
        *(Endpoint(path, _GET, docs, public=True) for path in _REFERENCE),
        *(Endpoint(path, _GET, page, public=True) for path in _HOME),
    ]
