"""Serves the page and the files that it loads."""

from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.assets import Asset
from runtime.endpoints import Content, Document
from runtime.model import Model
from runtime.pages import filling
from runtime.settings import Settings

_MEDIA_TYPES = {
    "page.css": b"text/css; charset=utf-8",
    "page.js": b"text/javascript; charset=utf-8",
    "icon.svg": b"image/svg+xml",
}

# The script makes elements out of text alone, so the policy can forbid it to make them of HTML.
_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        b" connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
        b" require-trusted-types-for 'script'; trusted-types 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
)


class Home:
    """Serves `/`, and `/page.css`, `/page.js` and `/icon.svg` beside it.

    Args:
        model: whose labels, colours and examples the page shows.
        settings: the limits of requests, and whether they need a key.
    """

    def __init__(self, model: Model, settings: Settings) -> None:
        files = {
            name: Asset(filling.source(name, model).encode(), media_type)
            for name, media_type in _MEDIA_TYPES.items()
        }
        digests = {name: file.digest for name, file in files.items()}
        page = filling.page(model, settings, digests).encode()
        content = Content(page, b"text/html; charset=utf-8", _HEADERS)
        self._apps: dict[str, ASGIApp] = {"": Document(lambda: content), **files}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await self._apps[scope["path"].rpartition("/")[2]](scope, receive, send)
