"""Asks a deployed URL, by the HTTP client that every call to AWS goes through: botocore's."""

import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session
from botocore.session import Session
from botocore.utils import get_environ_proxies

if TYPE_CHECKING:
    from cdk.signing import Signer

# Connect and answer: Lambda gives an environment ten seconds to start, and the request its own.
_SECONDS = (10, 60)
# botocore sends headers and body in two pieces. Without this the second waits for the first to be
# acknowledged, which takes 40 ms.
_SEND_AT_ONCE = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class TargetError(Exception):
    """The URL cannot be asked; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came; header names are in lower case.

    Attributes:
        milliseconds: from the first byte sent to the last received, a new connection included.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    milliseconds: float

    def json(self) -> Any:  # noqa: ANN401 - as JSON comes
        """Return the body; None where it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Client:
    """Sends requests to one URL, over one connection while that is kept open.

    Args:
        url: http or https; what stands behind the host goes before each path.
        session: says which certificates to trust.
        api_key: sent as x-api-key, if there is one.

    Attributes:
        signer: signs each request from the moment that it is set.

    Raises:
        TargetError: this is not a URL, or one that would show the key to others.
    """

    def __init__(self, url: str, session: Session, api_key: str | None) -> None:
        self.url = url.rstrip("/")
        self.api_key = api_key
        self.signer: Signer | None = None
        _check(url, api_key)
        self._http = URLLib3Session(
            verify=session.get_config_variable("ca_bundle") or True,
            proxies=get_environ_proxies(self.url),
            timeout=_SECONDS,
            socket_options=_SEND_AT_ONCE,
        )

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        with_key: bool = True,
    ) -> Answer:
        """Send one request; its answer is returned whatever it says.

        Args:
            method: GET, POST, …
            path: with its leading slash.
            body: sent as JSON, unless it is None.
            headers: more headers.
            with_key: whether to send the API key, if there is one.

        Raises:
            TargetError: no answer comes.
        """
        sent = {"accept": "application/json", "user-agent": "fintone-smoke", **(headers or {})}
        if body is not None:
            sent["content-type"] = "application/json"
        if with_key and self.api_key is not None:
            sent["x-api-key"] = self.api_key
        content = None if body is None else json.dumps(body).encode()
        request = AWSRequest(method, self.url + path, sent, content)
        if self.signer is not None:
            self.signer.sign(request)
        return self._send(request)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _send(self, request: AWSRequest) -> Answer:
        started = time.perf_counter()
        try:
            response = self._http.send(request.prepare())
            body: bytes = response.content
        except BotoCoreError as error:
            reason = " ".join(str(error.kwargs.get("error", error)).split())
            reason = reason.partition("): ")[2] or reason  # without the connection's own name
            raise TargetError(
                f"{self.url} gives no answer ({reason.rstrip('.')}): check the URL and the network."
            ) from None
        milliseconds = (time.perf_counter() - started) * 1000
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, body, milliseconds)


def _check(url: str, api_key: str | None) -> None:
    if not url:
        raise TargetError("There is no URL: give the FunctionUrl that make deploy printed.")
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        good = False
    if not good or parts.query or parts.fragment or set(url) & set(" \t\r\n"):
        raise TargetError(f"{url!r} is no URL: give one as https://abc.lambda-url.REGION.on.aws.")
    if api_key is not None and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise TargetError(f"{url} would show the API key to everybody on the way: use https.")
