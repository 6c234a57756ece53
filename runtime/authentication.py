"""Lets a request through to an endpoint only with the API key, where one is set."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from hmac import compare_digest

from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.problems import Refusal
from runtime.routing import Endpoint

_HEADER = b"x-api-key"
# RFC 9110, 15.5.2, wants a challenge beside each 401. IANA has no scheme for a key in a header of
# its own; this name is the customary one, and no browser opens a dialogue for it.
_CHALLENGE = ((b"www-authenticate", b'ApiKey realm="fintone"'),)


def protect(endpoints: Iterable[Endpoint], key: str) -> list[Endpoint]:
    """Put the question for the key before every endpoint that is not marked as public."""
    return [
        endpoint if endpoint.public else replace(endpoint, app=KeyRequired(endpoint.app, key))
        for endpoint in endpoints
    ]


def key_check(key: str) -> Callable[[Scope], None]:
    """Return what raises Refusal for a request that has not this key, once."""
    return KeyRequired(_no_app, key).check


async def _no_app(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Stand where no application is asked."""


class KeyRequired:
    """Asks for the API key before anything else of a request is looked at, its body included.

    Args:
        app: what answers a request that has the key.
        key: the key, in visible ASCII.
    """

    def __init__(self, app: ASGIApp, key: str) -> None:
        self._app = app
        self._key = key.encode("ascii")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        self.check(scope)
        await self._app(scope, receive, send)

    def check(self, scope: Scope) -> None:
        """Hold a request's key against ours.

        Raises:
            Refusal: 401, the key is missing, wrong, or not the only one.
        """
        sent = [value for name, value in scope["headers"] if name == _HEADER]
        if len(sent) != 1:
            raise _refusal("Send the API key of this service, once, in the header x-api-key.")
        if not compare_digest(sent[0], self._key):
            raise _refusal("The header x-api-key has another key: send that of this service.")


def _refusal(detail: str) -> Refusal:
    return Refusal(401, detail, _CHALLENGE)
