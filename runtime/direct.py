"""Direct invocations of the Lambda function: the same bodies as HTTP, without HTTP."""

import time
import traceback
from typing import Protocol

import msgspec

from runtime.api import Reply, Service, classify_codec, process_text_codec
from runtime.logs import LogLines
from runtime.model import Model
from runtime.problems import Refusal
from runtime.record import Record
from runtime.schema import Health
from runtime.settings import Settings

_METHOD = "INVOKE"  # stands in the log where a request of HTTP has its method


class Context(Protocol):
    """What is read of the context that Lambda passes with an event."""

    aws_request_id: str


class BadRequest(Exception):  # noqa: N818 - Lambda shows the caller this name as errorType
    """An event that cannot be answered as it is; the message says what to send."""


class ServiceFailure(Exception):  # noqa: N818 - Lambda shows the caller this name as errorType
    """A fault of ours; the log tells it whole, the message nothing of the inside."""


class DirectEvents:
    """Answers `{"payload": …}`, `{"text": …}`, `{"texts": …}`, and `{"warm": true}`.

    Args:
        model: the graph that answers.
        settings: limits of requests.
        lines: where each invocation is logged.
    """

    def __init__(self, model: Model, settings: Settings, lines: LogLines) -> None:
        self._service = Service(model, settings)
        self._warm = msgspec.to_builtins(Health("ready", model.version))
        self._lines = lines

    def __call__(self, event: object, context: Context) -> object:
        """Answer one event with what JSON can hold.

        Raises:
            BadRequest: the event has no text that can be classified.
            ServiceFailure: whatever else went wrong.
        """
        started = time.perf_counter()
        record = Record(context.aws_request_id.encode("ascii"))
        try:
            answer = self._answer(event, record)
            record.status = 200
        except Refusal as refusal:
            record.status = refusal.problem.status
            raise BadRequest(refusal.problem.detail) from None
        except Exception:  # noqa: BLE001 - whatever it is, its inside is for the log alone
            record.status, record.error = 500, traceback.format_exc()
            raise ServiceFailure(
                "The service failed; its log tells why under this request's id."
            ) from None
        finally:
            milliseconds = (time.perf_counter() - started) * 1000
            self._lines.request(record, _METHOD, None, milliseconds)
        return answer

    def _answer(self, event: object, record: Record) -> object:
        if event == {"warm": True}:
            return self._warm
        reply = self._reply(event)
        reply.note(record)
        return msgspec.to_builtins(reply.answer)

    def _reply(self, event: object) -> Reply:
        if not isinstance(event, dict) or not event.keys() & {"payload", "text", "texts"}:
            raise Refusal(422, "Send an object with the field text, texts or payload as the event.")
        if "payload" not in event:
            return self._service.classify(classify_codec.convert(event))
        if event.keys() & {"text", "texts"}:
            raise Refusal(422, "Send either payload, or text or texts, not both.")
        return self._service.process_text(process_text_codec.convert(event))
