"""A server between a test and the service, which can ask for signatures as function URLs do."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
_SKEW = timedelta(minutes=5)
_PASSED_ON = ("content-type", "content-length", "x-request-id", "x-api-key")


@dataclass(frozen=True)
class Iam:
    """What a function URL with AuthType AWS_IAM knows; its refusals are worded as Lambda's."""

    credentials: Credentials = KEY
    region: str = "eu-west-1"
    service: str = "lambda"
    clock_ahead: timedelta = timedelta(0)

    def refusal(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> str | None:
        """Compute the signature of what has arrived, and compare."""
        claimed = headers.get("authorization", "")
        if not claimed.startswith("AWS4-HMAC-SHA256 Credential="):
            return "Forbidden. For troubleshooting Function URL authorization issues, see: https://"
        fields = dict(part.split("=", 1) for part in claimed.split(" ", 1)[1].split(", "))
        key_id, _, region, service, _ = fields["Credential"].split("/")
        token = headers.get("x-amz-security-token")
        if (key_id, token) != (self.credentials.access_key, self.credentials.token):
            return "The security token included in the request is invalid."
        if service != self.service or region != self.region:
            return f"Credential should be scoped to correct service: '{self.service}'."
        signed_at = datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs(datetime.now(UTC) + self.clock_ahead - signed_at) > _SKEW:
            return f"Signature expired: {headers['x-amz-date']} is now earlier than allowed."
        names = fields["SignedHeaders"].split(";")
        received = AWSRequest(method, url, {name: headers[name] for name in names}, body)
        received.context["timestamp"] = headers["x-amz-date"]
        auth = SigV4Auth(self.credentials, service, region)
        wanted = auth.signature(
            auth.string_to_sign(received, auth.canonical_request(received)), received
        )
        if fields["Signature"] != wanted or not {"host", "x-amz-date"} <= set(names):
            return "The request signature we calculated does not match the signature you provided."
        return None


Change = Callable[[str, httpx.Response], tuple[int, dict[str, str], bytes]]


def unchanged(_: str, answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    """Pass on an answer as the service gave it."""
    kept = ("content-type", "cache-control", "x-content-type-options", "x-request-id")
    headers = {name: value for name, value in answer.headers.items() if name in kept}
    return answer.status_code, headers, answer.content


@contextmanager
def gate(service: str, iam: Iam | None = None, change: Change = unchanged) -> Iterator[str]:
    """Stand before the service at that URL; yield the URL to ask, which may be a proxy's, too."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            # A client that takes this for its proxy sends the whole URL.
            path = urlsplit(self.path).path
            url = f"http://{headers['host']}{path}"
            refusal = iam and iam.refusal(self.command, url, headers, body)
            if refusal:
                self.answer(
                    403,
                    {"content-type": "application/json", "x-amzn-errortype": "AccessDenied"},
                    json.dumps({"Message": refusal}).encode(),
                )
                return
            passed = {name: value for name, value in headers.items() if name in _PASSED_ON}
            answer = client.request(self.command, service + path, headers=passed, content=body)
            self.answer(*change(path, answer))

        do_POST = do_GET  # noqa: N815 - http.server's name

        def answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with httpx.Client() as client, ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
