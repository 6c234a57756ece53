"""The routes of the Open Inference Protocol, as openapi.json describes them."""

import msgspec

from runtime.api import Service
from runtime.inference_protocol.inference import infer
from runtime.inference_protocol.metadata import (
    INPUT,
    LABEL,
    NAME,
    model_metadata,
    model_paths,
    server_metadata,
)
from runtime.inference_protocol.schema import (
    ErrorAnswer,
    InferAnswer,
    InferRequest,
    ModelMetadata,
    ModelReady,
    RequestInput,
    RequestOutput,
    ServerLive,
    ServerMetadata,
    ServerReady,
)
from runtime.openapi.parts import (
    BUSY,
    COLD,
    FAILURE,
    Error,
    Family,
    JsonObject,
    body,
    json_content,
    reference,
)
from runtime.settings import Settings

_TEXTS: list[str | list[str]] = [
    "Operating profit fell to EUR 35.4 mn from EUR 68.8 mn",
    "Net sales rose by 5 % to EUR 131 mn",
]
_INPUT = RequestInput(INPUT, [2], "BYTES", data=_TEXTS)

EXAMPLES = {
    "allOutputs": InferRequest([_INPUT]),
    "labelAlone": InferRequest([_INPUT], id="42", outputs=[RequestOutput(LABEL)]),
}

_TYPES = (
    ServerMetadata,
    ServerLive,
    ServerReady,
    ModelMetadata,
    ModelReady,
    InferRequest,
    InferAnswer,
    ErrorAnswer,
)

_DESCRIPTION = """\
For clients of KServe, Triton and MLServer. Texts may also come, and outputs go, as bytes after
the JSON (Triton's binary tensor data extension), as `tritonclient.http` has it by default."""

_NO_KEY = Error(401, "The API key is missing or wrong.")
_INFER_ERRORS = (
    Error(400, "The body is not JSON, or does not fit: a text or a tensor is missing or wrong."),
    Error(413, "The body is too long."),
    Error(415, "The body is announced as neither JSON nor bytes, or it is compressed."),
    FAILURE,
    BUSY,
)

_JSON_LENGTH = {
    "description": "The length of the JSON in bytes, where bytes of tensors come after it.",
    "schema": {"type": "integer"},
}
_JSON_LENGTH_NAME = "Inference-Header-Content-Length"
_BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


def family(service: Service, settings: Settings) -> Family:
    """Describe them, with examples that the service answers itself.

    Args:
        service: answers the examples.
        settings: whether there is an API key. This family says itself what needs it, as its 401
            is of another shape, and as not all that is asked with GET is open.
    """
    model = service.model
    no_key = () if settings.api_key is None else (_NO_KEY,)
    ready = "Whether the graph has answered once."
    paths = {
        "/v2": _get("server", "What serves.", server_metadata(model), *no_key),
        "/v2/health/live": _get(
            "serverLive", "Whether the process answers.", ServerLive(live=True)
        ),
        "/v2/health/ready": _get("serverReady", ready, ServerReady(ready=True), COLD),
    }
    for path, name in zip(model_paths(model), ("model", "modelVersion"), strict=True):
        summary = "What the model takes and gives."
        paths |= {
            path: _get(name, summary, model_metadata(model), *no_key),
            f"{path}/ready": _get(f"{name}Ready", ready, ModelReady(NAME, ready=True), COLD),
            f"{path}/infer": {"post": _infer(f"{name}Infer", service, no_key)},
        }
    return Family(paths, _TYPES, "Open Inference Protocol")


def _get(name: str, summary: str, answer: msgspec.Struct, *errors: Error) -> JsonObject:
    content = json_content(reference(type(answer).__name__), {name: answer})
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "responses": {"200": {"description": summary, "content": content}, **_errors(errors)},
        }
    }


def _infer(name: str, service: Service, no_key: tuple[Error, ...]) -> JsonObject:
    answers = {
        each: infer(service, request, b"").reply.answer for each, request in EXAMPLES.items()
    }
    request = body("InferRequest", EXAMPLES)
    request["content"] |= _BINARY
    return {
        "operationId": name,
        "summary": "Classify one text, or several, in the Open Inference Protocol.",
        "description": _DESCRIPTION,
        "parameters": [{"name": _JSON_LENGTH_NAME, "in": "header", **_JSON_LENGTH}],
        "requestBody": request,
        "responses": {
            "200": {
                "description": "The outputs that were asked for.",
                "headers": {_JSON_LENGTH_NAME: _JSON_LENGTH},
                "content": json_content(reference("InferAnswer"), answers) | _BINARY,
            },
            **_errors((*_INFER_ERRORS, *no_key)),
        },
    }


def _errors(errors: tuple[Error, ...]) -> JsonObject:
    """Describe errors in the protocol's own shape, in the order of their statuses."""
    return {
        str(error.status): {
            "description": error.description,
            "content": {
                "application/json": {
                    "schema": reference("ErrorAnswer"),
                    "example": msgspec.to_builtins(ErrorAnswer(error.said)),
                }
            },
        }
        for error in sorted(errors, key=lambda error: error.status)
    }
