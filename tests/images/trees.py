"""Trees of packages as the images hold them, made from what the test environment has installed."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackagePath, distribution
from pathlib import Path

from packaging.markers import Marker

from tests.runtime.processes import ROOT

_PINNED = re.compile(r"^([a-z0-9-]+)==([^\s;\\]+)(?: ; (.*?))?(?: \\)?$", re.MULTILINE)


def install(lock: str, tree: Path) -> Path:
    """Copy what a lock names out of this environment: the same files as pip would unpack."""
    for path, file in _files(lock):
        target = tree / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.locate(), target)
    return tree


def listed(lock: str) -> set[str]:
    """Return the paths of all files that `install` would copy."""
    return {path for path, _ in _files(lock)}


def run(script: str, *arguments: object) -> str:
    """Run one of the scripts in images/ as a Dockerfile does; return what it says."""
    command = [sys.executable, str(ROOT / "images" / script), *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


def _files(lock: str) -> Iterator[tuple[str, PackagePath]]:
    for name, version, marker in _PINNED.findall((ROOT / "requirements" / lock).read_text()):
        if marker and not Marker(marker).evaluate():
            continue
        installed = distribution(name)
        assert installed.version == version, f"make test would bring {name} {version}"
        for file in installed.files or ():
            if ".." in file.parts:  # a command: --target puts those in bin
                yield f"bin/{file.name}", file
            elif file.suffix != ".pyc":  # what the Python of this environment compiled
                yield str(file), file
