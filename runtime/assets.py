"""Files for browsers: sent compressed, and kept for good by who asks for them by their digest."""

import functools
import gzip
import hashlib
from collections.abc import Mapping

from starlette.types import Receive, Scope, Send

from runtime.responses import Header, respond, respond_empty

_FOR_GOOD = (b"cache-control", b"public, max-age=31536000, immutable")
_ASK_AGAIN = (b"cache-control", b"no-cache")
_VARY = (b"vary", b"accept-encoding")
_GZIP = (b"content-encoding", b"gzip")


class Asset:
    """Serves a file that does not change while the process runs.

    Nothing between a function URL and a browser compresses, so this does, when first asked to.

    Args:
        body: the bytes of the file.
        media_type: what they are.

    Attributes:
        digest: names these bytes: what is asked for with `?` and it may be cached for good.
    """

    def __init__(self, body: bytes, media_type: bytes) -> None:
        self.digest = hashlib.sha256(body).hexdigest()[:16]
        self._body = body
        self._media_type = media_type

    @functools.cached_property
    def _zipped(self) -> bytes:
        return gzip.compress(self._body, compresslevel=6, mtime=0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; 304 where the client has these bytes already."""
        asked = dict(scope["headers"])
        zip_it = takes_gzip(asked)
        # Two tags, as they are two representations: RFC 9110, section 8.8.3.3.
        etag = f'"{self.digest}{"-gzip" if zip_it else ""}"'.encode("ascii")
        # API Gateway and load balancers put a = behind it.
        by_digest = scope["query_string"].rstrip(b"=") == self.digest.encode("ascii")
        headers: list[Header] = [(b"etag", etag), _FOR_GOOD if by_digest else _ASK_AGAIN, _VARY]
        if etag in asked.get(b"if-none-match", b""):
            await respond_empty(send, 304, headers)
        elif zip_it:
            headers.append(_GZIP)
            await respond(scope, send, self._zipped, self._media_type, headers=headers)
        else:
            await respond(scope, send, self._body, self._media_type, headers=headers)


def takes_gzip(headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a client says that it takes gzip: RFC 9110, section 12.5.3.

    Args:
        headers: those of its request, with lower-case names.
    """
    for coding in headers.get(b"accept-encoding", b"").lower().split(b","):
        name, _, weight = coding.partition(b";")
        if name.strip() == b"gzip":
            return weight.strip().rstrip(b"0.") != b"q="
    return False
