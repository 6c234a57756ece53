"""A model is to say from which code it comes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from train import revision

ASK = "from train.revision import code_revision; print(code_revision())"


def git(folder: Path, *arguments: str) -> str:
    own = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    run = subprocess.run(
        ("git", *own, *arguments), cwd=folder, check=True, capture_output=True, text=True
    )
    return run.stdout.strip()


def asked(folder: Path) -> str:
    """Ask a copy of the code in a folder for its revision."""
    run = subprocess.run(
        (sys.executable, "-c", ASK), cwd=folder, check=True, capture_output=True, text=True
    )
    return run.stdout.strip()


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with this code, outside of every repository."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "train").mkdir()
    for name in ("__init__.py", "revision.py"):
        shutil.copy(Path(revision.__file__).with_name(name), tmp_path / "train" / name)
    return tmp_path


def test_code_of_a_clone_has_its_commit_and_says_when_it_differs(copy: Path):
    git(copy, "init")
    git(copy, "add", "train/__init__.py", "train/revision.py")
    git(copy, "commit", "-m", "first")
    git(copy, "tag", "-a", "named", "-m", "a name")
    commit = git(copy, "rev-parse", "HEAD")
    assert asked(copy) == commit
    (copy / "train" / "__init__.py").write_text("CHANGED = True\n", encoding="utf-8")
    assert asked(copy) == f"{commit}-dirty"


def test_code_that_is_no_clone_has_none(copy: Path):
    assert asked(copy) == "None"


def test_code_without_git_has_none(copy: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    assert asked(copy) == "None"
