"""The two pages for people: plain HTML, no script, nothing loaded from elsewhere."""

import base64
import hashlib
import html
import json
from collections.abc import Iterable
from string import Template

from runtime.api import Service
from runtime.endpoints import Content
from runtime.model import Model
from runtime.openapi import document
from runtime.openapi.service import PAYLOAD, SINGLE
from runtime.settings import Settings

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid; border-radius: .25rem; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .25rem 1rem .25rem 0; }
"""

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>$style</style>
</head>
<body>
<main>
<h1>$title</h1>
$content
</main>
</body>
</html>
""")

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = (
    (
        b"content-security-policy",
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'none'".encode("ascii"),
    ),
    (b"referrer-policy", b"no-referrer"),
)


def home(model: Model, settings: Settings) -> Content:
    """Make the first page: what the service does, its labels, and a request to copy."""
    labels = _list(html.escape(label) for label in model.labels)
    return _page(
        "fintone",
        f"<p>Sentiment of financial news. Model {html.escape(model.version)} knows the labels</p>"
        f"{labels}<p>Send it a text{_with_key(settings)}:</p>"
        f"{_curl('/v1/classify', {'text': SINGLE.text}, settings)}"
        '<p><a href="docs">Reference</a> · <a href="openapi.json">openapi.json</a></p>',
    )


def reference(service: Service, settings: Settings) -> Content:
    """Make the reference: each route with what it may answer, limits and requests to copy."""
    rows = "".join(
        f"<tr><td><code>{method.upper()} {path}</code><td>{html.escape(operation['summary'])}"
        f"<td>{', '.join(operation['responses'])}"
        for path, methods in document(service, settings)["paths"].items()
        for method, operation in methods.items()
    )
    limits = _list(
        (
            f"a body of {settings.max_body_bytes} bytes",
            f"{settings.max_texts} texts in one request",
            f"{settings.max_text_characters} characters in a text",
        )
    )
    return _page(
        "fintone: reference",
        "<table><thead><tr><th>Route<th>What it does<th>Answers</thead>"
        f"<tbody>{rows}</tbody></table>"
        f"<h2>Examples{_with_key(settings)}</h2>"
        f"{_curl('/v1/classify', {'text': SINGLE.text}, settings)}"
        f"{_curl('/v1/classify', {'texts': ['Profit rose', 'Profit fell']}, settings)}"
        f"{_curl('/process_text', {'payload': PAYLOAD.payload}, settings)}"
        f"<h2>Limits</h2>{limits}<h2>Errors</h2><p>An error is a problem detail (RFC 9457),"
        " <code>application/problem+json</code>: <code>detail</code> says what to change.</p>"
        '<p>For programs: <a href="openapi.json">openapi.json</a></p>',
    )


def _with_key(settings: Settings) -> str:
    """Say of a request, where it is so, that the key is in it; never which key."""
    return "" if settings.api_key is None else ", with the API key in <code>$FINTONE_API_KEY</code>"


def _curl(path: str, body: object, settings: Settings) -> str:
    key = "" if settings.api_key is None else '-H "x-api-key: $FINTONE_API_KEY" '
    command = (
        f"curl {key}-H 'content-type: application/json' -d '{json.dumps(body)}' "
        f"http://localhost:{settings.port}{path}"
    )
    return f"<pre><code>{html.escape(command)}</code></pre>"


def _list(items: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def _page(title: str, content: str) -> Content:
    page = _PAGE.substitute(title=title, style=_STYLE, content=content)
    return Content(page.encode(), b"text/html; charset=utf-8", _HEADERS)
