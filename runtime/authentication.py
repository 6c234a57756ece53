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
    check = key_check(key)
    return [
        endpoint if endpoint.public else replace(endpoint, app=KeyRequired(endpoint.app, check))
        for endpoint in endpoints
    ]


def key_check(key: str) -> Callable[[Scope], None]:
    """Return what holds a request's key against this one, in visible ASCII.

    It raises Refusal: 401, the key is missing, wrong, or not the only one.
    """
    expected = key.encode("ascii")

    def check(scope: Scope) -> None:
        sent = [value for name, value in scope["headers"] if name == _HEADER]
        if len(sent) != 1:
            raise _refusal("Send the API key of this service, once, in the header x-api-key.")
        if not compare_digest(sent[0], expected):
            raise _refusal("The header x-api-key has another key: send that of this service.")

    return check


class KeyRequired:
    """Asks for the API key before anything else of a request is looked at, its body included.

    Args:
        app: what answers a request that has the key.
        check: raises Refusal for a request that has not; see `key_check`.
    """

    def __init__(self, app: ASGIApp, check: Callable[[Scope], None]) -> None:
        self._app = app
        self._check = check

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request.

        Raises:
            Refusal: 401, from the check.
        """
        self._check(scope)
        await self._app(scope, receive, send)


def _refusal(detail: str) -> Refusal:
    return Refusal(401, detail, _CHALLENGE)
