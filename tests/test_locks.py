import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))

# They are installed into environments of their own, whatever ours hold.
OF_PEERS = {"peers", "mlserver"}

# What each lock is compiled from, in extras of pyproject.toml; the base dependencies go with all.
EXTRAS_OF_LOCK = {
    "serve": ["serve"],
    "lambda": ["lambda"],
    "train": ["train", "export"],
    "teacher": ["train", "export", "teacher"],
    "cdk": ["cdk"],
    "load": ["load"],
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


@pytest.mark.parametrize(
    "lock", [lock for lock in LOCKS if lock.stem not in OF_PEERS], ids=lambda lock: lock.stem
)
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


@pytest.mark.parametrize(
    "lock", [lock for lock in LOCKS if lock.stem not in OF_PEERS], ids=lambda lock: lock.stem
)
def test_a_lock_names_all_that_its_packages_need_so_that_pip_need_not_look(lock: Path):
    # install.sh installs without dependencies. What is not installed here cannot be asked.
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]
    locked = pins(lock)
    missing = [
        f"{package.name} needs {needed}"
        for package in importlib.metadata.distributions()
        if canonicalize_name(package.name) in locked
        for needed in map(Requirement, package.requires or ())
        if needed.marker is None or needed.marker.evaluate({"extra": ""})
        if canonicalize_name(needed.name) not in settings["exclude-dependencies"]
        if not any(map(needed.specifier.contains, locked.get(canonicalize_name(needed.name), ())))
    ]
    assert missing == []


@pytest.mark.parametrize(
    "machine",
    [
        {"sys_platform": "linux", "platform_machine": "x86_64"},
        {"sys_platform": "linux", "platform_machine": "aarch64"},
        {"sys_platform": "darwin", "platform_machine": "arm64"},
    ],
    ids=lambda machine: "-".join(machine.values()),
)
def test_no_machine_gets_tensorflow_twice(machine: dict[str, str]):
    # `tensorflow` and `tensorflow-cpu` write over each other; tensorflow-text brings the first.
    for lock in LOCKS:
        found = re.findall(r"^(tensorflow(?:-cpu|-text)?)==\S+ ; (.+) \\$", lock.read_text(), re.M)
        assert len([name for name, marker in found if Marker(marker).evaluate(machine)]) <= 1
        assert "tensorflow-text" not in pins(lock)


def test_serving_needs_nothing_that_trains():
    heavy = {"h5py", "keras", "matplotlib", "onnx", "scikit-learn", "scipy", "skl2onnx", "tf2onnx"}
    names = set(pins(ROOT / "requirements" / "serve.txt"))
    assert not names & heavy
    assert not [name for name in names if name.startswith("tensorflow")]
