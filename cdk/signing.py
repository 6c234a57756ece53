"""Signs requests to a function URL whose callers IAM knows: AWS Signature Version 4, by botocore.

What the signature covers: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import re
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

_SERVICE = "lambda"
_FUNCTION_URL = re.compile(r"[a-z0-9]+\.lambda-url\.([a-z0-9-]+)\.on\.aws")


class SigningError(Exception):
    """Requests cannot be signed; the message is one sentence that says what to set."""


def region_of(url: str) -> str | None:
    """Return the region that a function URL names; None for a URL of another kind."""
    found = _FUNCTION_URL.fullmatch(urlsplit(url).hostname or "")
    return found[1] if found else None


def region_for(url: str, given: str | None, session: Session) -> str:
    """Return the region to sign for: the given one, the URL's, or the session's, in this order.

    Raises:
        SigningError: none of them has one.
    """
    region: str | None = given or region_of(url) or session.get_config_variable("region")
    if not region:
        raise SigningError(f"{url} does not tell the region of its function: set --region.")
    return region


class Signer:
    """Signs requests with the credentials that AWS's own tools would take.

    Args:
        session: where the credentials come from: environment, profile, role, …
        region: the region of the function.

    Raises:
        SigningError: there are no credentials, or none that can be used.
    """

    def __init__(self, session: Session, region: str) -> None:
        try:
            credentials = session.get_credentials()
            self._credentials = credentials and credentials.get_frozen_credentials()
        except (BotoCoreError, ClientError) as error:
            raise SigningError(
                f"The AWS credentials cannot be used ({str(error).rstrip('.')}): renew them, or"
                " choose others with AWS_PROFILE."
            ) from None
        if not self._credentials:
            raise SigningError(
                "No AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and"
                " AWS_SECRET_ACCESS_KEY."
            )
        self._region = region

    def sign(self, request: AWSRequest) -> None:
        """Add the headers of the signature to a request, which is not to be changed after that."""
        SigV4Auth(self._credentials, _SERVICE, self._region).add_auth(request)
