"""The script behind `make synth`, `deploy` and the others, with stand-ins for what it starts."""

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = (
    "cdk/cli.sh",
    "cdk/fetch-cli.sh",
    "cdk/package-lock.json",
    "images/engine.sh",
)
# Stands for npm: what it installs writes down how it was called.
NPM = """
mkdir -p node_modules/.bin
echo '#!/bin/bash' >node_modules/.bin/cdk
echo 'echo "cdk $* docker=${CDK_DOCKER:-}" >>"$CALLS"' >>node_modules/.bin/cdk
chmod +x node_modules/.bin/cdk
"""


@dataclass(frozen=True)
class Machine:
    """A checkout on a machine whose only programs are the system's own and those put there."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def has(self, name: str, body: str = "") -> None:
        program = self.home / "bin" / name
        program.write_text(f'#!/bin/bash\necho "{name} $*" >>"$CALLS"\n{body}\n')
        program.chmod(0o755)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/bash", self.home / "cdk" / "cli.sh", *arguments],
            env={
                "PATH": str(self.home / "bin"),
                "CALLS": str(self.home / "calls"),
                **self.environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def called(self) -> list[str]:
        calls = self.home / "calls"
        return calls.read_text().splitlines() if calls.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    for folder in ("bin", "cdk", "images"):
        (tmp_path / folder).mkdir()
    for name in SCRIPTS:
        shutil.copy(ROOT / name, tmp_path / name)
    needed = ("bash", "chmod", "cmp", "cp", "dirname", "mkdir")
    for name, path in {name: shutil.which(name) for name in needed}.items():
        (tmp_path / "bin" / name).symlink_to(path)
    return Machine(tmp_path)


@pytest.fixture
def equipped(machine: Machine) -> Machine:
    machine.has("node")
    machine.has("npm", NPM)
    return machine


def refused(result: subprocess.CompletedProcess[str], *words: str) -> bool:
    one_sentence = result.stderr.count("\n") == 1 and result.stderr.endswith(".\n")
    return result.returncode == 1 and one_sentence and all(word in result.stderr for word in words)


@pytest.mark.parametrize("verb", ["synth", "deploy", "diff", "destroy", "bootstrap"])
def test_without_node_it_says_what_to_install(verb: str, machine: Machine):
    assert refused(machine.run(verb), "node", "install Node.js 22 or newer")


def test_without_npm_it_says_what_to_install(machine: Machine):
    machine.has("node")
    assert refused(machine.run("synth"), "npm", "Node.js")


def test_the_command_line_is_installed_once_for_each_change_of_its_lock(equipped: Machine):
    install = "npm ci --no-audit --no-fund --loglevel=error"
    run = "cdk diff docker="
    equipped.run("diff")
    equipped.run("diff")
    assert equipped.called() == [install, run, run]
    with (equipped.home / "cdk" / "package-lock.json").open("a") as lock:
        lock.write("\n")
    equipped.run("diff")
    assert equipped.called() == [install, run, run, install, run]


def test_an_install_that_failed_is_taken_up_again(equipped: Machine):
    equipped.has("npm", f"{NPM}\nexit 1")
    assert equipped.run("diff").returncode == 1
    equipped.has("npm", NPM)
    assert equipped.run("diff").returncode == 0


def test_options_are_passed_on(equipped: Machine):
    equipped.run("diff", "-c", "memory=512", "--method", "template")
    assert equipped.called()[-1] == "cdk diff -c memory=512 --method template docker="


def test_synth_does_not_print_the_template_but_says_where_it_is(equipped: Machine):
    result = equipped.run("synth", "-c", "memory=512")
    assert equipped.called()[-1] == "cdk synth --quiet -c memory=512 docker="
    assert result.stdout.splitlines()[-1] == "Wrote cdk/cdk.out/fintone.template.json."
    assert "Wrote" not in equipped.run("synth", "--output", "elsewhere").stdout


def test_deploying_without_an_engine_says_what_to_start(equipped: Machine):
    equipped.run("diff")
    assert refused(equipped.run("deploy"), "start Docker", "podman")
    assert [call for call in equipped.called() if call.startswith("cdk deploy")] == []


def test_deploying_builds_with_the_engine_that_answers(equipped: Machine):
    equipped.has("docker", '[ "$1" != version ]')
    equipped.has("podman")
    equipped.run("deploy")
    assert equipped.called()[-1] == "cdk deploy --outputs-file cdk.out/outputs.json docker=podman"


def test_the_engine_and_the_file_of_outputs_can_be_chosen(equipped: Machine):
    equipped.environment["CDK_DOCKER"] = "mine"
    equipped.run("deploy", "--outputs-file", "mine.json")
    assert equipped.called()[-1] == "cdk deploy --outputs-file mine.json docker=mine"


def test_the_lock_names_one_version_and_no_registry():
    wanted = json.loads((ROOT / "cdk" / "package.json").read_text())["devDependencies"]
    lock = json.loads((ROOT / "cdk" / "package-lock.json").read_text())
    locked = {name.removeprefix("node_modules/"): found for name, found in lock["packages"].items()}
    assert {name: found["version"] for name, found in locked.items() if name} == wanted
    assert [found for found in locked.values() if "resolved" in found] == []
    assert all(found["integrity"].startswith("sha512-") for name, found in locked.items() if name)
    assert "omit-lockfile-registry-resolved=true\n" in (ROOT / "cdk" / ".npmrc").read_text()
