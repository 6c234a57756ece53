"""The scripts behind the make verbs, as far as they get without an engine and without AWS.

`docker` and `aws` are stand-ins here that write down how they were called: neither an engine nor an
account is at hand where tests run. tests/images/test_containers.py has the real engine.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.runtime.processes import ROOT

REPOSITORY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/fintone"


@dataclass(frozen=True)
class Machine:
    """A machine whose only programs are the system's own and those that a test puts there."""

    programs: Path
    calls: Path

    def has(self, name: str, body: str = "") -> None:
        program = self.programs / name
        program.write_text(f'#!/bin/bash\necho "{name} $*" >>"{self.calls}"\n{body}\n')
        program.chmod(0o755)

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/bash", f"images/{script}", *arguments],
            cwd=ROOT,
            env={"PATH": str(self.programs), "RIE": str(self.programs / "emulator")},
            capture_output=True,
            text=True,
            check=False,
        )

    def called(self) -> list[str]:
        return self.calls.read_text().splitlines() if self.calls.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    programs = tmp_path / "bin"
    programs.mkdir()
    needed = ("bash", "cat", "dirname", "mktemp", "realpath", "rm")
    for name, path in {name: shutil.which(name) for name in needed}.items():
        (programs / name).symlink_to(path)
    (programs / "python3").symlink_to(sys.executable)
    return Machine(programs, tmp_path / "calls")


def refused(result: subprocess.CompletedProcess[str], *words: str) -> bool:
    one_sentence = result.stderr.count("\n") == 1 and result.stderr.endswith(".\n")
    return result.returncode == 1 and one_sentence and all(word in result.stderr for word in words)


def test_building_without_an_engine_says_what_to_install(machine: Machine):
    assert refused(machine.run("build.sh", "local", "fintone:local"), "Docker", "podman")


def test_an_engine_that_does_not_answer_is_passed_over(machine: Machine):
    machine.has("docker", '[ "$1" != version ]')
    machine.has("podman")
    assert machine.run("build.sh", "local", "fintone:local").returncode == 0
    assert [call.split()[0] for call in machine.called()] == ["docker", "podman"]


def test_docker_builds_the_lambda_image_for_aws_and_without_attestations(machine: Machine):
    machine.has("docker", 'echo "attestations off: $BUILDX_NO_DEFAULT_ATTESTATIONS"')
    result = machine.run("build.sh", "lambda", "fintone:lambda", "--no-cache")
    assert machine.called()[-1] == (
        "docker build --file Dockerfile.lambda --tag fintone:lambda --platform linux/amd64"
        " --no-cache ."
    )
    assert "attestations off: 1" in result.stdout


def test_podman_keeps_the_health_check(machine: Machine):
    machine.has("podman")
    machine.run("build.sh", "local", "fintone:local")
    assert "--format docker" in machine.called()[-1]


def test_the_emulator_starts_what_the_image_would(machine: Machine):
    machine.has("emulator")
    machine.has("docker", '[ "$1" != image ] || echo "python3 -m awslambdaric app.handler "')
    assert machine.run("run.sh", "lambda", "fintone:lambda", "9000").returncode == 0
    assert machine.called()[-1].endswith("fintone:lambda python3 -m awslambdaric app.handler")


def test_running_without_the_emulator_says_what_to_set(machine: Machine):
    machine.has("docker")
    assert refused(machine.run("run.sh", "lambda", "fintone:lambda", "9000"), "RIE")


def test_push_logs_in_where_the_repository_is_then_tags_and_pushes(machine: Machine):
    machine.has("aws", "echo password")
    machine.has("docker", '[ "$1" != login ] || cat >/dev/null')
    assert machine.run("push.sh", "fintone:lambda", REPOSITORY, "v1").returncode == 0
    # The two ends of the pipe may write down their call in either order.
    assert sorted(machine.called()[:3]) == [
        "aws ecr get-login-password --region eu-west-1",
        "docker login --username AWS --password-stdin " + REPOSITORY.split("/")[0],
        "docker version",
    ]
    assert machine.called()[3:] == [
        f"docker tag fintone:lambda {REPOSITORY}:v1",
        f"docker push {REPOSITORY}:v1",
    ]


def test_push_stops_where_the_login_fails(machine: Machine):
    machine.has("aws", "exit 255")
    machine.has("docker", '[ "$1" != login ] || cat >/dev/null')
    assert machine.run("push.sh", "fintone:lambda", REPOSITORY, "v1").returncode == 255
    assert not [call for call in machine.called() if call.startswith("docker push")]


@pytest.mark.parametrize("repository", ["", "fintone", "docker.io/library/fintone"])
def test_push_refuses_what_is_no_repository_of_ecr(machine: Machine, repository: str):
    machine.has("aws")
    machine.has("docker")
    assert refused(machine.run("push.sh", "fintone:lambda", repository, "v1"), "REPOSITORY")
    assert machine.called() == []


def test_push_without_the_aws_command_says_what_to_install(machine: Machine):
    machine.has("docker")
    assert refused(machine.run("push.sh", "fintone:lambda", REPOSITORY, "v1"), "AWS command line")


def test_asking_a_function_sends_the_payload_and_prints_the_answer(machine: Machine):
    text = 'The "best" – \u00e4 $HOME'
    machine.has("aws", 'echo answered >"${@: -1}"; echo None')
    result = machine.run("test-lambda.sh", "fintone", text)
    assert (result.returncode, result.stdout) == (0, "answered\n\n")
    call = machine.called()[0]
    event = call.split("--payload ")[1].split(" --query")[0]
    assert json.loads(event) == {"payload": text}
    assert "--function-name fintone --cli-binary-format raw-in-base64-out" in call


def test_a_function_that_fails_fails_the_verb(machine: Machine):
    machine.has("aws", 'echo \'{"errorMessage": "no"}\' >"${@: -1}"; echo Unhandled')
    result = machine.run("test-lambda.sh", "fintone", "text")
    assert "errorMessage" in result.stdout
    assert refused(result, "Unhandled")


def test_asking_no_function_says_what_to_set(machine: Machine):
    machine.has("aws")
    assert refused(machine.run("test-lambda.sh", "", "text"), "FUNCTION")
