"""Takes out of an installed tree what the service never loads: `python prune.py TREE`.

Both Dockerfiles run it in their builder. It names what goes and not what stays, so that a new file
of a package is shipped until somebody looks at it. tests/images/ serves from a tree pruned by it.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MEBIBYTE = 1024 * 1024
_VIEWERS = "drf_spectacular_sidecar/static/drf_spectacular_sidecar"


class PruneError(Exception):
    """The tree cannot be pruned; the message is one sentence that says what to change."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes, as glob patterns relative to the tree, and why nothing misses it."""

    reason: str
    patterns: tuple[str, ...]


RULES = (
    Rule("commands: nothing but Python runs in the image", ("bin",)),
    Rule(
        "onnxruntime's library for C programs: the Python module has all of it linked in",
        ("onnxruntime/capi/libonnxruntime.so.*",),
    ),
    Rule(
        "onnxruntime's tools that change models before they are shipped",
        tuple(f"onnxruntime/{name}" for name in ("transformers", "quantization", "tools")),
    ),
    Rule(
        "onnxruntime's sample models, and its interface for onnx's own tests",
        ("onnxruntime/datasets", "onnxruntime/backend"),
    ),
    Rule(
        "packages that only those tools import, though onnxruntime's metadata asks for them",
        ("google", "protobuf-*", "flatbuffers", "flatbuffers-*", "packaging", "packaging-*"),
    ),
    Rule(
        "parts of numpy that it imports when they are first used, which they never are",
        tuple(f"numpy/{name}" for name in ("random", "ma", "fft", "polynomial", "testing")),
    ),
    Rule(
        "numpy for Fortran, for PyInstaller, for type checkers and for readers",
        tuple(f"numpy/{name}" for name in ("f2py", "_pyinstaller", "typing", "doc", "conftest.py")),
    ),
    Rule(
        "numpy's loops that its own tests call one by one; the real ones are in _multiarray_umath",
        ("numpy/_core/_simd.*.so", "numpy/_core/_*_tests.*.so"),
    ),
    Rule(
        "idna, which anyio imports to connect to hosts with names that are not ASCII",
        ("idna",),
    ),
    Rule(
        "modules for trio, pytest and httpx, which are not installed",
        ("anyio/_backends/_trio.py", "anyio/pytest_plugin.py", "starlette/testclient.py"),
    ),
    Rule(
        "the viewer of /docs is Swagger UI: another one, and what its standalone layout loads",
        tuple(
            f"{_VIEWERS}/{name}"
            for name in ("redoc", "*/swagger-ui-standalone-preset.js", "*/oauth2-redirect.*")
        ),
    ),
    Rule("maps from a viewer's code to its source, for its debuggers", (f"{_VIEWERS}/**/*.map",)),
    Rule(
        "Swagger UI's icon, and the package's interface for Django, which is not installed",
        (f"{_VIEWERS}/*/favicon-*.png", "drf_spectacular_sidecar/*.py"),
    ),
    Rule("pip's lists of the files that it installed", ("*.dist-info/RECORD",)),
    Rule("tests", ("**/tests",)),
    Rule(
        "what compilers and type checkers read",
        (
            "numpy/_core/include",
            "numpy/_core/lib",
            "**/*.pyi",
            "**/*.pyx",
            "**/*.pxd",
            "**/*.pxi",
        ),
    ),
)


def prune(tree: Path) -> Iterator[tuple[Rule, int]]:
    """Delete what RULES name; yield each rule with the bytes that it took out (0: it matched none).

    Args:
        tree: the folder that packages were installed into with `pip install --target`.

    Raises:
        PruneError: the folder holds no onnxruntime, so it is not such a tree.
    """
    if not (tree / "onnxruntime").is_dir():
        raise PruneError(f"{tree} holds no onnxruntime: name the folder that pip installed into.")
    for rule in RULES:
        matches = [match for pattern in rule.patterns for match in tree.glob(pattern)]
        yield rule, sum(_delete(match) for match in matches)


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files below a folder."""
    if path.is_dir() and not path.is_symlink():
        return sum(map(size_of, path.iterdir()))
    size: int = path.lstat().st_size
    return size


def _delete(path: Path) -> int:
    if not path.exists():  # it lay in a folder that an earlier pattern took
        return 0
    size = size_of(path)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    return size


def main() -> int:
    """Prune the tree that the command line names and say what went; a mistake is one sentence."""
    parser = argparse.ArgumentParser(description="Delete what the service never loads.")
    parser.add_argument("tree", type=Path, help="the folder that pip installed into")
    tree: Path = parser.parse_args().tree
    try:
        for rule, size in prune(tree):
            sys.stdout.write(f"{size / _MEBIBYTE:6.1f} MiB  {rule.reason}\n")
    except PruneError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{size_of(tree) / _MEBIBYTE:6.1f} MiB  stay\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
