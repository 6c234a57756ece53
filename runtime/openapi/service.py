"""The service's own routes, as openapi.json describes them."""

from runtime.api import Reply, Service
from runtime.openapi.parts import (
    COLD,
    Family,
    JsonObject,
    body,
    json_content,
    problem,
    reference,
    request_errors,
)
from runtime.schema import (
    BatchAnswer,
    ClassifyRequest,
    Health,
    ProcessTextAnswer,
    ProcessTextRequest,
    SingleAnswer,
)

_FELL = "Operating profit fell to EUR 35.4 mn from EUR 68.8 mn"
_ROSE = "Net sales rose by 5 % to EUR 131 mn"

SINGLE = ClassifyRequest(text=_FELL)
BATCH = ClassifyRequest(texts=[_FELL, _ROSE])
PAYLOAD = ProcessTextRequest(payload=_FELL)

_TEXT_TYPES = (ClassifyRequest, SingleAnswer, BatchAnswer, ProcessTextRequest, ProcessTextAnswer)


def texts(service: Service) -> Family:
    """Describe those that take texts, with examples that the service answers itself."""
    return Family(
        {
            "/v1/classify": {"post": _classify(service.classify(SINGLE), service.classify(BATCH))},
            "/process_text": {"post": _process_text(service.process_text(PAYLOAD))},
        },
        _TEXT_TYPES,
    )


def health(service: Service) -> Family:
    """Describe those that tell how the process is."""
    version = service.model.version
    return Family(
        {
            "/health/live": {"get": _health("live", "Whether the process answers.", version)},
            "/health/ready": {"get": _ready(version)},
        },
        (Health,),
        "Health",
    )


def documents() -> Family:
    """Describe those for people, and this one."""
    return Family(
        {
            "/": {"get": _text("home", "A page to try it.", "text/html")},
            "/docs": {"get": _text("docs", "The reference, for people.", "text/html")},
            "/openapi.json": {"get": _text("openapi", "This description.", "application/json")},
        },
        (),
        "Documents",
    )


def _classify(single: Reply, batch: Reply) -> JsonObject:
    return {
        "operationId": "classify",
        "summary": "Classify one text, or several.",
        "requestBody": body("ClassifyRequest", {"single": SINGLE, "batch": BATCH}),
        "responses": {
            "200": {
                "description": "A result for each text.",
                "content": json_content(
                    {"anyOf": [reference("SingleAnswer"), reference("BatchAnswer")]},
                    {"single": single.answer, "batch": batch.answer},
                ),
            },
            **request_errors(),
        },
    }


def _process_text(reply: Reply) -> JsonObject:
    return {
        "operationId": "processText",
        "summary": "Classify one text, as the service did that this one replaces.",
        "requestBody": body("ProcessTextRequest", {"payload": PAYLOAD}),
        "responses": {
            "200": {
                "description": "The text and its label.",
                "content": json_content(reference("ProcessTextAnswer"), {"payload": reply.answer}),
            },
            **request_errors(),
        },
    }


def _health(status: str, summary: str, version: str) -> JsonObject:
    content = json_content(reference("Health"), {status: Health(status, version)})
    return {
        "operationId": status,
        "summary": summary,
        "responses": {"200": {"description": "It does.", "content": content}},
    }


def _ready(version: str) -> JsonObject:
    operation = _health("ready", "Whether the graph has answered once.", version)
    operation["responses"]["503"] = problem(COLD)
    return operation


def _text(name: str, summary: str, media_type: str) -> JsonObject:
    return {
        "operationId": name,
        "summary": summary,
        "responses": {
            "200": {
                "description": summary,
                "content": {
                    media_type: {"schema": {"type": "object" if "json" in media_type else "string"}}
                },
            },
            "304": {"description": "The client has it already (If-None-Match)."},
        },
    }
