"""The scripts that make a tree small, on trees of a few bytes and on what they refuse."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from images import compile as compiler
from images import prune, strip
from tests.images import trees
from tests.runtime.processes import ROOT


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The paths of all files that the two locks bring, without a copy of them."""
    return {path for lock in ("lambda.txt", "serve.txt") for path in trees.listed(lock)}


@pytest.mark.parametrize("rule", prune.RULES, ids=lambda rule: rule.patterns[0])
def test_every_pattern_still_names_something(rule: prune.Rule, whole: set[str], tmp_path: Path):
    for path in whole:
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    matched = [pattern for pattern in rule.patterns if any(tmp_path.glob(pattern))]
    assert matched == list(rule.patterns)


def test_prune_refuses_a_folder_that_is_no_tree_of_packages(tmp_path: Path):
    precious = tmp_path / "bin" / "precious"
    precious.parent.mkdir()
    precious.touch()
    result = subprocess.run(
        [sys.executable, str(ROOT / "images" / "prune.py"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)
    assert precious.exists()


def test_strip_leaves_a_module_that_still_works(tmp_path: Path):
    """Padding behind the last segment stands for debugging sections."""
    source = Path(msgspec._core.__file__)
    original = source.read_bytes()
    package = tmp_path / "msgspec"
    package.mkdir()
    for file in source.parent.glob("*.py"):
        (package / file.name).write_bytes(file.read_bytes())
    (package / source.name).write_bytes(original + bytes(512 * 1024))
    assert [path.name for path, _ in strip.strip(tmp_path)] == [source.name]
    assert (package / source.name).stat().st_size <= len(original)
    subprocess.run(
        [sys.executable, "-S", "-c", "import msgspec; assert msgspec.json.decode(b'[1]') == [1]"],
        env={"PYTHONPATH": str(tmp_path)},
        check=True,
    )


@given(st.binary())
def test_strip_takes_nothing_else_for_a_library(content: bytes):
    assert strip.end_of_segments(content) == 0


@given(st.binary())
def test_strip_survives_a_library_that_is_cut_off(rest: bytes):
    assert strip.end_of_segments(b"\x7fELF\x02\x01" + rest) >= 0


def test_compile_names_the_file_that_is_no_python(tmp_path: Path):
    broken = tmp_path / "broken.py"
    broken.write_text("def (:\n")
    with pytest.raises(compiler.CompileError, match=r"broken\.py is no Python"):
        compiler.compile_packages(tmp_path)
    assert broken.exists()


def test_our_own_code_keeps_docstrings_and_asserts(tmp_path: Path):
    (tmp_path / "ours.py").write_text('"""Said."""\nassert __doc__ == "Said."\n')
    assert compiler.compile_code(tmp_path) == 1
    subprocess.run(
        [sys.executable, "-S", "-c", "import ours; assert ours.__doc__ == 'Said.'"],
        env={"PYTHONPATH": str(tmp_path)},
        check=True,
    )
