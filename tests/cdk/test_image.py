"""What the image is named by: a name that changes for nothing is a deployment for nothing."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cdk.settings import Settings
from tests.cdk.stacks import ROOT, Synthesised, synthesise

SOURCES = ("Dockerfile.lambda", ".dockerignore", "runtime", "images", "requirements", "onnx_models")
MORE = ("README.md", "docs/deploy.md", "cdk/stack.py", "tests/test_any.py", "data/corpus.csv")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout, small enough to be copied often: the graph is a stand-in."""
    tree = tmp_path_factory.mktemp("checkout")
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tree / name)
    (tree / "onnx_models" / "sentiment.onnx").write_bytes(b"a graph")
    for name in MORE:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("once\n")
    return tree


@pytest.fixture(scope="module")
def built(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Synthesised]:
    return lambda: synthesise(tmp_path_factory.mktemp("cdk.out"), Settings(), tree)


@pytest.fixture(scope="module")
def name(built: Callable[[], Synthesised]) -> str:
    return built().asset


def changed(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(b"\n# changed\n")


@pytest.mark.parametrize(
    "path",
    [
        *MORE,
        "runtime/__pycache__/app.cpython-311.pyc",
        "requirements/serve.txt",
        "requirements/dev.txt",
        "images/build.sh",
        "pyproject.toml",
        ".venv/lib/site.py",
    ],
)
def test_what_is_not_in_the_image_does_not_rename_it(
    path: str, tree: Path, built: Callable[[], Synthesised], name: str
):
    changed(tree / path)
    assert built().asset == name


@pytest.mark.parametrize(
    "path",
    [
        "runtime/app.py",
        "onnx_models/sentiment.onnx",
        "requirements/lambda.txt",
        "images/prune.py",
        "images/strip.py",
        "images/compile.py",
        "Dockerfile.lambda",
    ],
)
def test_what_is_in_the_image_renames_it(
    path: str, tree: Path, built: Callable[[], Synthesised], name: str
):
    before = (tree / path).read_bytes()
    changed(tree / path)
    try:
        assert built().asset != name
    finally:
        (tree / path).write_bytes(before)


def test_the_image_is_built_from_what_its_dockerfile_copies(
    built: Callable[[], Synthesised],
):
    made = built()
    folder = made.folder / f"asset.{made.asset}"
    given = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile.lambda").read_text(), re.M)
    copied = {source for line in lines for source in line.split()}
    assert {path for path in given if not {path, path.split("/")[0]} & copied} == {
        ".dockerignore",
        "Dockerfile.lambda",
    }
    assert {source for source in copied if not (folder / source).exists()} == set()
