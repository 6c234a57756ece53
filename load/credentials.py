"""What says who asks: an API key, a signature for IAM, or nothing."""

import os
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError
from botocore.session import Session

from cdk.signing import Signer, SigningError, region_for
from load.errors import LoadError

_JSON = {"content-type": "application/json", "accept": "application/json"}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# A role's credentials end, an hour after they were given at the earliest: take them anew.
_FRESH = 300.0


def key_headers(variable: str, host: str) -> Mapping[str, str]:
    """Return the headers of requests without a signature.

    Args:
        variable: the environment variable that has the API key, if there is one.
        host: the URL that it is sent to.

    Raises:
        LoadError: the key cannot be sent, or would be shown to others on the way.
    """
    key = os.environ.get(variable, "").strip()
    if not key:
        return _JSON
    if not (key.isascii() and key.isprintable()):
        raise LoadError(f"{variable} cannot be sent as a header: set it to the key, in ASCII.")
    url = urlsplit(host)
    if url.scheme == "http" and url.hostname not in _LOOPBACK:
        raise LoadError(f"{host} would show the API key to everybody on the way: use https.")
    return {**_JSON, "x-api-key": key}


class Headers:
    """Makes the headers of each request.

    Args:
        fixed: what each has.
    """

    def __init__(self, fixed: Mapping[str, str]) -> None:
        self._fixed = fixed

    def of(self, url: str, body: bytes) -> dict[str, str]:
        """Return the headers of a POST."""
        return dict(self._fixed)


class SignedHeaders(Headers):
    """Makes the headers of each request, with a signature that IAM can check.

    Args:
        fixed: what each has.
        host: the URL of the function.
        region: the function's; empty where the URL or the profile tells it.

    Raises:
        LoadError: there is no region, or there are no credentials.
    """

    def __init__(self, fixed: Mapping[str, str], host: str, region: str) -> None:
        super().__init__(fixed)
        try:
            self._session = Session()
            self._region = region_for(host, region or None, self._session)
        except SigningError as error:
            raise LoadError(str(error)) from None
        except BotoCoreError as error:
            reason = str(error).rstrip(".")
            message = f"AWS's configuration cannot be used ({reason}): see AWS_PROFILE."
            raise LoadError(message) from None
        self._renew()

    def of(self, url: str, body: bytes) -> dict[str, str]:
        """Return the headers of a POST, signed."""
        if time.monotonic() > self._until:
            self._renew()
        request = AWSRequest("POST", url, dict(self._fixed), body)
        self._signer.sign(request)
        return dict(request.headers.items())

    def _renew(self) -> None:
        try:
            self._signer = Signer(self._session, self._region)
        except SigningError as error:
            raise LoadError(str(error)) from None
        self._until = time.monotonic() + _FRESH
