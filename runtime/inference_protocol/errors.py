"""Errors as the protocol has them: `{"error": "…"}`."""

import msgspec

from runtime.inference_protocol.schema import ErrorAnswer
from runtime.problems import Refusal

# It knows no status for JSON that does not fit: whatever is wrong with an inference is "typically
# 400". https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
_STATUSES = {422: 400}


def error_of(refusal: Refusal) -> tuple[int, bytes]:
    """Return the status and the JSON that a refusal has in this protocol."""
    status = refusal.problem.status
    body = msgspec.json.encode(ErrorAnswer(refusal.problem.detail))
    return _STATUSES.get(status, status), body
