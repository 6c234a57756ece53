"""The API's reference for people: Swagger UI over openapi.json, all of it from this service.

Its released files come out of drf-spectacular-sidecar, a package for Django of which nothing else
is used: neither its Python nor Django is imported.
"""

import base64
import hashlib
from importlib.util import find_spec
from pathlib import Path
from string import Template

from starlette.types import ASGIApp, Receive, Scope, Send

from runtime.assets import Asset
from runtime.endpoints import Content, Document
from runtime.problems import Refusal

_PACKAGE = "drf_spectacular_sidecar"
_STYLE, _SCRIPT = "swagger-ui.css", "swagger-ui-bundle.js"
_MEDIA_TYPES = {
    _STYLE: b"text/css; charset=utf-8",
    _SCRIPT: b"text/javascript; charset=utf-8",
}

# The validator is a service elsewhere, which would be sent the address of openapi.json.
_START = """
document.documentElement.classList.toggle(
  "dark-mode", matchMedia("(prefers-color-scheme: dark)").matches);
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#reference",
  validatorUrl: null,
  deepLinking: true,
  displayRequestDuration: true,
});
"""

# All addresses are relative: a stage, or a proxy, may have put a path before ours.
_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>fintone: reference</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
$head
</head>
<body>
<header class="swagger-ui"><p class="wrapper"><a href=".">Try a text</a></p></header>
<div id="reference" class="swagger-ui"><p class="wrapper">$content
For programs: <a href="openapi.json">openapi.json</a>.</p></div>
$scripts
</body>
</html>
""")

# No 'unsafe-inline': what Swagger UI styles by script, no policy restricts; and its icons are data.
_POLICY = (
    "default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


class Reference:
    """Serves the page, and the files that it loads.

    Args:
        folder: where the files are; None where they are not installed, which the page then says.
    """

    def __init__(self, folder: Path | None) -> None:
        files = {} if folder is None else _read(folder)
        page = _page(files) if files else _page_without_viewer()
        self._apps: dict[str, ASGIApp] = {"docs": Document(lambda: page), **files}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request.

        Raises:
            Refusal: 404, the file is not installed.
        """
        name = scope["path"].rpartition("/")[2]
        if name not in self._apps:
            raise Refusal(404, f"{name} is not installed: /docs says what to install.")
        await self._apps[name](scope, receive, send)


def installed() -> Path | None:
    """Return the folder of Swagger UI's files; None where they are not installed."""
    spec = find_spec(_PACKAGE)  # of a package at the top: this finds it, and imports nothing
    for place in (spec and spec.submodule_search_locations) or ():
        folder = Path(place, "static", _PACKAGE, "swagger-ui-dist")
        if all((folder / name).is_file() for name in _MEDIA_TYPES):
            return folder
    return None


def _read(folder: Path) -> dict[str, Asset]:
    return {name: Asset((folder / name).read_bytes(), kind) for name, kind in _MEDIA_TYPES.items()}


def _page(files: dict[str, Asset]) -> Content:
    style, script = (f"docs/{name}?{files[name].digest}" for name in (_STYLE, _SCRIPT))
    return _content(
        head=f'<link rel="stylesheet" href="{style}">',
        content="The reference needs JavaScript, and a moment to load.",
        scripts=f'<script src="{script}"></script>\n<script>{_START}</script>',
    )


def _page_without_viewer() -> Content:
    return _content(
        head="",
        content="The viewer is not installed:"
        " <code>pip install --no-deps drf-spectacular-sidecar</code> brings it.",
        scripts="",
    )


def _content(**parts: str) -> Content:
    digest = base64.b64encode(hashlib.sha256(_START.encode()).digest()).decode()
    policy = _POLICY.format(digest=digest).encode("ascii")
    headers = ((b"content-security-policy", policy), (b"referrer-policy", b"no-referrer"))
    return Content(_PAGE.substitute(parts).encode(), b"text/html; charset=utf-8", headers)
