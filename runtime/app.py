"""Puts the parts together: model and settings in, an ASGI application out."""

from collections.abc import Sequence

import msgspec
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.api import Service, classify_codec, process_text_codec
from runtime.endpoints import Content, Document, JsonEndpoint, Live, Ready, not_found
from runtime.logs import LogLines
from runtime.middleware import Problems, RequestLog
from runtime.model import Model
from runtime.settings import Settings


def create(settings: Settings, model: Model, lines: LogLines) -> ASGIApp:
    """Make the application. The routes that carry the load come first: the router tries in order.

    Args:
        settings: limits of requests.
        model: the graph that answers.
        lines: where each request is logged.
    """
    service = Service(model, settings)
    limit = settings.max_body_bytes
    classify = JsonEndpoint(classify_codec, service.classify, limit)
    process_text = JsonEndpoint(process_text_codec, service.process_text, limit)
    routes = [
        Route("/v1/classify", classify, methods=["POST"]),
        Route("/process_text", process_text, methods=["POST"]),
        Route("/health/live", Live(model), methods=["GET"]),
        Route("/health/ready", Ready(model), methods=["GET"]),
        *_documents(service, settings),
    ]
    return RequestLog(Problems(ExactPaths(routes)), lines)


class ExactPaths:
    """Finds a route that has no parameters with one look-up; Starlette's router does the rest.

    The rest is a path with parameters, and telling an unknown path from an unknown method.
    """

    def __init__(self, routes: Sequence[Route]) -> None:
        self._router = Router(routes, redirect_slashes=False, default=not_found)
        self._exact = {
            (method, route.path): route
            for route in routes
            for method in route.methods or ()
            if not route.param_convertors
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        route = self._exact.get((scope["method"], scope["path"]))
        if route is None:
            await self._router(scope, receive, send)
        else:
            scope["route"] = route
            await route.app(scope, receive, send)


def _documents(service: Service, settings: Settings) -> list[Route]:
    """Make the routes for people; what renders them is imported when first asked for."""

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
        Route("/", Document(home), methods=["GET"]),
        Route("/docs", Document(reference), methods=["GET"]),
        Route("/openapi.json", Document(openapi), methods=["GET"]),
    ]
