"""Puts the protocol's routes together."""

from starlette.types import ASGIApp

from runtime.api import Service
from runtime.authentication import protect
from runtime.inference_protocol.endpoints import Infer, OnceReady, Statement, not_found
from runtime.inference_protocol.metadata import (
    NAME,
    model_metadata,
    model_paths,
    server_metadata,
)
from runtime.inference_protocol.schema import ModelReady, ServerLive, ServerReady
from runtime.routing import Endpoint, ExactPaths
from runtime.settings import Settings

_GET = ("GET", "HEAD")
_POST = ("POST",)


def application(service: Service, settings: Settings) -> ASGIApp:
    """Make the application that answers /v2 and all that is under it.

    Args:
        service: the model and the limits of texts.
        settings: the longest body, and the API key, which all but the three kinds of health need.
    """
    model = service.model
    endpoints = [
        Endpoint("/v2", _GET, Statement(server_metadata(model))),
        Endpoint("/v2/health/live", _GET, Statement(ServerLive(live=True)), public=True),
        Endpoint("/v2/health/ready", _GET, OnceReady(model, ServerReady(ready=True)), public=True),
    ]
    metadata = Statement(model_metadata(model))
    ready = OnceReady(model, ModelReady(NAME, ready=True))
    infer = Infer(service, settings.max_body_bytes)
    for path in model_paths(model):
        endpoints += (
            Endpoint(path, _GET, metadata),
            Endpoint(f"{path}/ready", _GET, ready, public=True),
            Endpoint(f"{path}/infer", _POST, infer),
        )
    if settings.api_key is not None:
        endpoints = protect(endpoints, settings.api_key)
    return ExactPaths(endpoints, not_found)
