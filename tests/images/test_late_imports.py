"""What the service imports late: compile.py has to import it as well.

It sees by what is loaded which part of the standard library an image needs compiled, and whether
the tree of packages still has everything.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.images.dockerfiles import compiled
from tests.runtime.processes import ROOT

# It imports nothing itself, as that would be taken for what the modules have loaded.
_IMPORT = """
import sys
for name in sys.argv[1:]:
    __import__(name)
for name, module in list(sys.modules.items()):
    print(name, getattr(module, "__file__", None), sep="\\t")
"""


def late_imports(source: str) -> Iterator[str]:
    """Yield what functions import, by the names of the modules."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    yield from (alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    assert node.module is not None, "imports are absolute here"
                    yield node.module
                    yield from (f"{node.module}.{alias.name}" for alias in node.names)


def loaded_by(modules: list[str]) -> dict[str, str]:
    """Import modules in a process of their own; return what is loaded then, with its files."""
    said = subprocess.run(
        [sys.executable, "-c", _IMPORT, *modules],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},  # without coverage, which loads a lot
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return dict(line.split("\t") for line in said.splitlines())


def is_module(name: str) -> bool:
    """Whether a name is a module's, and not that of something in one."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("kind", ["local", "lambda"])
def test_what_is_imported_late_is_compiled_with_the_rest(kind: str):
    loaded = loaded_by(compiled(kind))
    missing = {
        name
        for module, file in loaded.items()
        if module.partition(".")[0] == "runtime"
        for name in late_imports(Path(file).read_text(encoding="utf-8"))
        if name not in loaded and is_module(name)
    }
    assert sorted(missing) == []
