"""Times single warm invocations of the function, which the plan draws from."""

from http.client import HTTPConnection
from pathlib import Path

from bench.capacity_local import INVOCATIONS, local_environments
from bench.cold_emulator import check_answer
from bench.cold_field import url_event
from bench.cold_limits import Limit, last_core
from bench.cold_lines import read_phases

_HANDLER = "runtime.lambda_handler.handler"
_UNMEASURED = 50  # until caches are warm
_PATIENCE = 30.0
_DIGITS = 4


def measure_service(python: Path, invocations: int) -> tuple[float, ...]:
    """Invoke one environment, pinned to one core, again and again with one headline.

    Args:
        python: of the environment that has awslambdaric.
        invocations: how many to time.

    Returns:
        Milliseconds of each, as the emulator has them.

    Raises:
        bench.cold_emulator.StartError: the function did not start, or did not answer.
    """
    limit = Limit("1 CPU", core=last_core())
    event = url_event()
    with local_environments(1, python, _HANDLER, limit) as (environment,):
        connection = HTTPConnection("127.0.0.1", environment.port, timeout=_PATIENCE)
        for _ in range(_UNMEASURED + invocations):
            connection.request("POST", INVOCATIONS, event)
            check_answer(connection.getresponse().read())
        connection.close()
        phases = read_phases(environment.output.read_text(errors="replace"))
    return tuple(round(each, _DIGITS) for each in phases.invocations[_UNMEASURED:])
