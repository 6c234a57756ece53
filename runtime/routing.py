"""Finds the endpoint of a request."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.problems import Refusal
from runtime.responses import is_under, respond_empty, respond_refusal


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What answers one path, and the methods that it takes.

    Attributes:
        path: the path, whole.
        methods: the methods, in capitals.
        app: what answers.
        public: whether it answers without the API key, where one is set.
    """

    path: str
    methods: tuple[str, ...]
    app: ASGIApp
    public: bool = False


@dataclass(frozen=True, slots=True)
class Mount:
    """What answers a path and all that are under it, and finds the endpoint itself.

    It also asks for the API key itself, where one is set.

    Attributes:
        path: the path, without a slash at its end.
        app: what answers.
    """

    path: str
    app: ASGIApp


class ExactPaths:
    """Finds an endpoint with one look-up; Starlette's router does the rest.

    The rest is telling an unknown path from an unknown method. The router is imported when that is
    first asked: it brings in http.client, anyio and more, a tenth of a cold start in Lambda.

    Args:
        endpoints: what answers single paths.
        default: what answers where nothing else does.
        mounts: what answers whole families of paths.
    """

    def __init__(
        self, endpoints: Sequence[Endpoint], default: ASGIApp, mounts: Sequence[Mount] = ()
    ) -> None:
        self._endpoints = endpoints
        self._default = default
        self._mounts = mounts
        self._exact = {
            (method, endpoint.path): endpoint
            for endpoint in endpoints
            for method in endpoint.methods
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        endpoint = self._exact.get((scope["method"], scope["path"]))
        if endpoint is None:
            await self._other(scope["path"])(scope, receive, send)
        else:
            scope["route"] = endpoint
            await endpoint.app(scope, receive, send)

    def _other(self, path: str) -> ASGIApp:
        for mount in self._mounts:
            if is_under(path, mount.path):
                return mount.app
        return self._rest

    @functools.cached_property
    def _rest(self) -> ASGIApp:
        from starlette.exceptions import HTTPException
        from starlette.routing import Route, Router

        routes = [Route(each.path, each.app, methods=each.methods) for each in self._endpoints]
        router = Router(routes, redirect_slashes=False, default=self._default)

        async def route(scope: Scope, receive: Receive, send: Send) -> None:
            scope["app"] = self  # makes the router raise its refusals instead of sending text
            try:
                await router(scope, receive, send)
            except HTTPException as error:
                await _refuse_method(scope, send, (error.headers or {}).get("Allow", ""))

        return route


async def _refuse_method(scope: Scope, send: Send, allowed: str) -> None:
    """Answer the one HTTPException that the router raises: 405, with the methods it has."""
    allow = ", ".join(sorted({"OPTIONS", *allowed.split(", ")}))
    headers = ((b"allow", allow.encode("ascii")),)
    if scope["method"] == "OPTIONS":
        await respond_empty(send, 204, headers)
        return
    detail = f"This path does not take {scope['method']}: use one of {allow}."
    await respond_refusal(scope, send, Refusal(405, detail, headers))
