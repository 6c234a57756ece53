"""Which servers are measured: those that were asked for, or all that can be started here."""

from collections.abc import Sequence
from pathlib import Path

from bench.old_service import build_old_service
from bench.server_field import MLSERVER, OLD, Contender, Environments, contenders
from bench.server_process import ServerError

_TOO_NEW = " (on a Python before 3.13)"


def choose(
    only: Sequence[str] | None, environments: Environments
) -> tuple[list[Contender], dict[str, str]]:
    """Return the servers that can be started, and why others cannot, by what they are.

    Args:
        only: the names of those that were asked for; None for all.
        environments: where they are installed.

    Raises:
        ServerError: one that was asked for by name cannot be started.
    """
    field: list[Contender] = []
    absent: dict[str, str] = {}
    for contender in contenders(environments):
        if only is not None and contender.name not in only:
            continue
        if (reason := _obstacle(contender, environments)) is None:
            field.append(contender)
        elif only is not None:
            raise ServerError(f"{contender.title} cannot be started: {reason}.")
        else:
            absent[contender.title] = f"not measured, {reason}"
    return field, absent


def _obstacle(contender: Contender, environments: Environments) -> str | None:
    program = contender.command[0]
    if not Path(program).exists():
        advice = _TOO_NEW if contender.name == MLSERVER else ""
        return f"{program} is not there, and `make bench-server` installs it{advice}"
    return build_old_service(environments.old) if contender.name == OLD else None
