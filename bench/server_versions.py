"""What is installed in an environment that is not this one."""

import json
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

_PROGRAM = """
import importlib.metadata, json
found = ((each.metadata["Name"], each.version) for each in importlib.metadata.distributions())
print(json.dumps({name.lower().replace("_", "-"): number for name, number in found}))
"""


def versions(python: Path, packages: Sequence[str]) -> dict[str, str]:
    """Return the versions of those of the packages that an environment's Python can import.

    Raises:
        OSError: there is no such Python.
        subprocess.CalledProcessError: it failed.
    """
    installed = _installed(python)
    return {package: installed[package] for package in packages if package in installed}


@cache
def _installed(python: Path) -> dict[str, str]:
    result = subprocess.run(  # noqa: S603  # no shell
        (str(python), "-c", _PROGRAM), capture_output=True, check=True
    )
    installed: dict[str, str] = json.loads(result.stdout)
    return installed
