"""What a user is told when a request is refused: problem details, RFC 9457."""

import msgspec

PROBLEM_JSON = b"application/problem+json"

# Titles of RFC 9110, spelt here because http.HTTPStatus changed several of them in Python 3.13.
TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}

# What a request is told that is shed.
TOO_MANY = "The service has more requests than it can answer in time: ask again in a second."


class Problem(msgspec.Struct, frozen=True):
    """Why a request was refused; `detail` says what to change. RFC 9457, section 3."""

    type: str
    title: str
    status: int
    detail: str


class Refusal(Exception):  # noqa: N818 - an answer to the user, not an error of the service
    """A request that cannot be answered as it is.

    Args:
        status: an HTTP status of `TITLES`.
        detail: one sentence for the user: what to change.
        headers: response headers that belong to the refusal (lower-case names).
    """

    def __init__(
        self, status: int, detail: str, headers: tuple[tuple[bytes, bytes], ...] = ()
    ) -> None:
        super().__init__(detail)
        self.problem = Problem("about:blank", TITLES[status], status, detail)
        self.headers = headers

    def body(self) -> bytes:
        """Return the problem as JSON."""
        return msgspec.json.encode(self.problem)
