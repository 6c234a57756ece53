"""The service's handler, which then waits for a random time without using the CPU.

So several of them on a machine of few cores do not slow each other down, and a fleet of them can be
full although the machine is not.
"""

import os
import random
import time
from typing import TYPE_CHECKING

from runtime.lambda_handler import handler as _handler

if TYPE_CHECKING:
    from runtime.direct import Context

_MEAN = float(os.environ["WAITING_SECONDS"])


def handler(event: object, context: "Context") -> object:
    """Answer as the service does, some time later: exponentially distributed, at most ten times."""
    answer = _handler(event, context)
    time.sleep(min(10 * _MEAN, random.expovariate(1 / _MEAN)))
    return answer
