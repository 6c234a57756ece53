"""Puts off what an endpoint imports until it is first asked: a cold start does not pay for it."""

import functools
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send


class Deferred:
    """An application that is made when its first request comes.

    Args:
        make: imports and makes it.
    """

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._app = functools.cache(make)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await self._app()(scope, receive, send)
