import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))

# What each lock is compiled from, in extras of pyproject.toml; the base dependencies go with all.
EXTRAS_OF_LOCK = {
    "serve": ["serve"],
    "lambda": ["lambda"],
    "train": ["train", "export"],
    "dev": ["dev"],
}

PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


def pins(lock: Path) -> dict[str, set[str]]:
    """Versions of each package in a lock: more than one where a marker chooses between them."""
    found: dict[str, set[str]] = {}
    for match in PIN.finditer(lock.read_text()):
        found.setdefault(match["name"], set()).add(match["version"])
    return found


def requirements_of(extras: list[str]) -> list[Requirement]:
    """The base dependencies and those of the extras, with `fintone[...]` spelt out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [Requirement(line) for line in project["dependencies"]]
    pending = list(extras)
    while pending:
        for line in project["optional-dependencies"][pending.pop()]:
            requirement = Requirement(line)
            if requirement.name == project["name"]:
                pending.extend(requirement.extras)
            else:
                wanted.append(requirement)
    return wanted


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_holds_hashed_pins_and_nothing_else(lock: Path):
    # Nothing else: no index address, no file, no direct reference.
    shape = ""
    for line in lock.read_text().splitlines():
        if not line.startswith("#"):
            shape += "p" if PIN.fullmatch(line) else "h" if HASH.fullmatch(line) else f"<{line}>"
    assert re.fullmatch("(ph+)+", shape), shape.replace("h", "").replace("p", "")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_locks_agree_with_each_other(lock: Path):
    everything = pins(ROOT / "requirements" / "dev.txt")
    differing = {
        name: versions
        for name, versions in pins(lock).items()
        if versions - everything.get(name, versions)
    }
    assert differing == {}


@pytest.mark.parametrize(("lock", "extras"), EXTRAS_OF_LOCK.items())
def test_a_lock_satisfies_pyproject(lock: str, extras: list[str]):
    locked = pins(ROOT / "requirements" / f"{lock}.txt")
    unsatisfied = [
        str(requirement)
        for requirement in requirements_of(extras)
        if not any(
            requirement.specifier.contains(version)
            for version in locked.get(canonicalize_name(requirement.name), ())
        )
    ]
    assert unsatisfied == []


def test_serving_needs_nothing_that_trains():
    heavy = {"h5py", "keras", "matplotlib", "onnx", "scikit-learn", "scipy", "skl2onnx", "tf2onnx"}
    names = set(pins(ROOT / "requirements" / "serve.txt"))
    assert not names & heavy
    assert not [name for name in names if name.startswith("tensorflow")]
