"""The entry point in AWS Lambda: `runtime.lambda_handler.handler`. Importing it is INIT."""

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtime.direct import Context
    from runtime.invocations import Invocations


def handler(event: object, context: "Context") -> object:
    """Answer one event, of HTTP or of a direct invocation; docs/lambda.md shows both.

    Raises:
        BadRequest: a direct invocation cannot be answered as it is; the message says what to send.
        ServiceFailure: a direct invocation failed through a fault of ours, which the log tells.
    """
    return _answer(event, context)


def _start() -> "Invocations":
    """Load and warm everything; what cannot be served ends INIT with one sentence in the log."""
    # Nearly all that start-up makes is kept, so collections in between find nothing to free.
    gc.disable()
    # Imported here, after that.
    from runtime.artefact import ModelError
    from runtime.invocations import start
    from runtime.lambda_logs import InvocationLines
    from runtime.logs import standard_output
    from runtime.settings import SettingsError

    try:
        answer = start(os.environ)
    except (SettingsError, ModelError) as error:
        InvocationLines(standard_output()).event("critical", str(error))
        sys.exit(1)
    gc.freeze()
    gc.enable()
    return answer


_answer = _start()
