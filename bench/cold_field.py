"""The functions whose start is timed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bench.cold_place import Place

EMPTY, ALONE = "empty handler", "import onnxruntime"
DIRECT, HTTP, OLD = "this service, direct", "this service, HTTP", "old service, HTTP"
DESCRIPTIONS = {
    EMPTY: "a handler that returns its event",
    ALONE: "the same, in a module that imports onnxruntime",
    DIRECT: 'runtime.lambda_handler, event {"payload": …}',
    HTTP: "runtime.lambda_handler, Function URL event: POST /process_text",
    OLD: "FastAPI, Mangum, TensorFlow, Keras 512-256-3, a pickled CountVectorizer with 4000"
    " features; the same event",
}
OLD_FOLDER = "OLD_SERVICE"

_TEXT = "Operating profit rose to EUR 13.1 mn from EUR 8.7 mn in the corresponding period"


@dataclass(frozen=True, slots=True)
class Contender:
    """A function in a place, and the event that it is sent."""

    name: str
    place: Place
    handler: str
    event: bytes


def slim_field(place: Place) -> Iterator[Contender]:
    """Yield the functions that need what the service needs, and no more."""
    direct = json.dumps({"payload": _TEXT}).encode()
    yield Contender(EMPTY, place, "empty.handler", direct)
    yield Contender(ALONE, place, "onnxruntime_alone.handler", direct)
    yield Contender(DIRECT, place, "runtime.lambda_handler.handler", direct)
    yield Contender(HTTP, place, "runtime.lambda_handler.handler", url_event())


def old_field(place: Place, folder: str) -> Iterator[Contender]:
    """Yield the old service; `folder` has what bench/functions/old_service_build.py made."""
    environment: Mapping[str, str] = {**place.environment, OLD_FOLDER: folder}
    place = replace(place, environment=environment)
    yield Contender(OLD, place, "old_service.handler", url_event())


def url_event() -> bytes:
    """Return a Function URL's event (payload 2.0) for the route that both services have."""
    headers = {
        "accept": "*/*",
        "content-type": "application/json",
        "host": "abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-central-1.on.aws",
        "user-agent": "curl/8.14.1",
        "x-amzn-trace-id": "Root=1-67a1c2d3-0123456789abcdef01234567",
        "x-forwarded-for": "203.0.113.7",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }
    http = {
        "method": "POST",
        "path": "/process_text",
        "protocol": "HTTP/1.1",
        "sourceIp": "203.0.113.7",
        "userAgent": "curl/8.14.1",
    }
    return json.dumps(
        {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": "/process_text",
            "rawQueryString": "",
            "headers": headers,
            "requestContext": {
                "accountId": "anonymous",
                "domainName": headers["host"],
                "http": http,
                "requestId": "0b7a7c1e-6a5d-4c7b-9a0e-3f2f1d7c9b11",
                "routeKey": "$default",
                "stage": "$default",
                "timeEpoch": 1738654691123,
            },
            "body": json.dumps({"payload": _TEXT}),
            "isBase64Encoded": False,
        }
    ).encode()
