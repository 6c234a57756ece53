"""The service that this one replaces, built in its own environment so that it can be started."""

import subprocess
import sys
from pathlib import Path

_FUNCTIONS = Path(__file__).with_name("functions")


def build_old_service(venv: Path) -> str | None:
    """Build what the old service loads, unless it is there; return why it could not be.

    Args:
        venv: the environment, from requirements/old-service.txt; its folder `model` is written.
    """
    python = venv / "bin" / "python"
    if not python.exists():
        return f"{venv} is not there; `make bench-cold` makes it"
    sys.stderr.write("building the old service\n")
    command = (str(python), str(_FUNCTIONS / "old_service_build.py"), str(venv / "model"))
    result = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  # no shell
    # The pyc files of this Python may not be those of the other.
    compiled = (str(python), "-m", "compileall", "-q", str(_FUNCTIONS))
    subprocess.run(compiled, capture_output=True, check=False)  # noqa: S603  # no shell
    if result.returncode == 0:
        return None
    return (result.stderr.decode(errors="replace").strip().splitlines() or ["it failed"])[-1]
