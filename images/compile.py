"""Compiles what an image runs: `python compile.py --packages DIR --code DIR MODULE...`.

Both Dockerfiles run it in the final base, so that the bytecode is of the very Python that reads it.
Importing the modules first shows which part of the standard library they need. It has to be
compiled as well, as distroless ships it as source only and nothing can be written at run time:
https://github.com/GoogleContainerTools/distroless/issues/865

Hashes are not checked when the service starts: nothing changes a file of an image. Docstrings and
asserts of other people's code are left out, as `python -OO` would; ours is whole, source and all.
"""

import argparse
import importlib
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.util import cache_from_source
from pathlib import Path
from py_compile import PycInvalidationMode, PyCompileError
from py_compile import compile as write_bytecode
from types import ModuleType

_WITH_EVERYTHING = 0
_WITHOUT_DOCSTRINGS = 2


class CompileError(Exception):
    """A file cannot be compiled; the message is one sentence that names it."""


def compile_packages(packages: Path) -> int:
    """Replace the source of packages by bytecode beside it; return how many files that were.

    The source is read for nothing but the lines of a traceback, which names file, function and line
    without it.

    Raises:
        CompileError: a package has a file that is no Python of this version.
    """
    sources = list(packages.rglob("*.py"))
    for source in sources:
        _compile(source, source.with_suffix(".pyc"), _WITHOUT_DOCSTRINGS)
        source.unlink()
    return len(sources)


def compile_library(sources: Iterable[Path]) -> int:
    """Compile files of the standard library to where Python looks for it; return their number.

    Raises:
        CompileError: a file is no Python of this version.
    """
    return _compile_in_place(sources, _WITHOUT_DOCSTRINGS)


def compile_code(folder: Path) -> int:
    """Compile our own files, whole, to where Python looks for it; return their number.

    Raises:
        CompileError: a file is no Python of this version.
    """
    return _compile_in_place(folder.rglob("*.py"), _WITH_EVERYTHING)


def standard_library(modules: Iterable[ModuleType]) -> Iterator[Path]:
    """Yield the source files of those modules that belong to the standard library."""
    home = Path(sysconfig.get_path("stdlib"))
    for module in modules:
        # sys.modules may hold things that are no modules; and a module without a location is built
        # into the interpreter, or frozen.
        spec = getattr(module, "__spec__", None)
        if spec and spec.has_location and spec.origin:
            source = Path(spec.origin)
            if source.suffix == ".py" and source.is_relative_to(home):
                yield source


def _compile_in_place(sources: Iterable[Path], optimisation: int) -> int:
    compiled = list(sources)
    for source in compiled:
        # The name of unoptimised bytecode, as that is what a Python without options reads.
        _compile(source, Path(cache_from_source(str(source), optimization="")), optimisation)
    return len(compiled)


def _compile(source: Path, bytecode: Path, optimisation: int) -> None:
    try:
        write_bytecode(
            str(source),
            str(bytecode),
            doraise=True,
            optimize=optimisation,
            invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        )
    except PyCompileError as error:
        reason = f"{error.exc_type_name}: {error.exc_value}"
        raise CompileError(f"{source} is no Python of this version ({reason}): prune it.") from None


def main() -> int:
    """Compile as the command line says and count it; a file that cannot be is one sentence."""
    parser = argparse.ArgumentParser(description="Compile what an image runs to bytecode.")
    parser.add_argument("--packages", type=Path, required=True, help="installed packages")
    parser.add_argument("--code", type=Path, required=True, help="a folder whose source stays")
    parser.add_argument("modules", nargs="+", help="what the image starts, to see what it imports")
    options = parser.parse_args()
    for name in options.modules:
        importlib.import_module(name)
    try:
        library = compile_library(standard_library(list(sys.modules.values())))
        code = compile_code(options.code)
        packages = compile_packages(options.packages)
    except CompileError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(
        f"Compiled {packages} files of packages, {code} of ours, {library} of Python\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
