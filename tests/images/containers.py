"""Builds the images and runs them: with Docker, or else with Debian's podman on stand-in bases."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.runtime.processes import ROOT

BASES = ROOT / ".cache" / "images"
NEEDED = ("podman", "runc", "debootstrap", "slirp4netns")
EMULATOR = ROOT / ".venv" / "emulator" / "aws-lambda-rie"

# podman chooses crun, which refuses hosts whose cgroups are of both versions; and its own limits on
# files and processes are higher than some hosts allow.
_CONTAINERS = """
[engine]
runtime = "runc"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[network]
"""


@dataclass(frozen=True)
class Engine:
    """A way to build and run images, and what its build needs besides."""

    name: str
    environment: dict[str, str]
    build_options: tuple[str, ...] = ()

    def build(self, kind: str) -> str:
        """Build Dockerfile.local or Dockerfile.lambda by the script that make calls."""
        tag = f"localhost/fintone-test/{kind}:latest"
        self._run("bash", "images/build.sh", kind, tag, *self.build_options)
        return tag

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the engine's own command, whatever becomes of it."""
        return subprocess.run(
            [self.name, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    @contextlib.contextmanager
    def running(
        self, kind: str, tag: str, port: int, log: Path, *options: str
    ) -> Iterator["subprocess.Popen[bytes]"]:
        """Run an image by the script that make calls, as root of nothing and with 512 MiB."""
        limits = ("--memory", "512m", "--name", f"fintone-test-{port}")
        command = ["bash", "images/run.sh", kind, tag, str(port), *limits, *options]
        environment = self.environment | {"RIE": str(EMULATOR)}
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=output
            )
        try:
            yield process
        finally:
            self("rm", "--force", f"fintone-test-{port}")
            process.wait(30)

    def _run(self, *command: str) -> None:
        result = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, f"{' '.join(command)}:\n{result.stdout}{result.stderr}"


def unavailable() -> str | None:
    """Why no image can be built here, or None."""
    if _docker_answers():
        return None
    if missing := [name for name in NEEDED if shutil.which(name) is None]:
        return f"no Docker engine answers, and {', '.join(missing)} is not installed"
    if os.getuid() != 0:
        return "no Docker engine answers, and stand-in bases are made by root only"
    return None


def engine(scratch: Path) -> Engine:
    """Docker with the real bases, or podman with its store in `scratch` and stand-ins for them."""
    if _docker_answers():
        return Engine("docker", dict(os.environ) | {"ENGINE": "docker"})
    (scratch / "storage.conf").write_text(
        f'[storage]\ndriver = "vfs"\ngraphroot = "{scratch}/graph"\nrunroot = "{scratch}/run"\n'
    )
    (scratch / "containers.conf").write_text(_CONTAINERS)
    environment = dict(os.environ) | {
        "ENGINE": "podman",
        "BUILDAH_ISOLATION": "chroot",
        "CONTAINERS_STORAGE_CONF": str(scratch / "storage.conf"),
        "CONTAINERS_CONF": str(scratch / "containers.conf"),
    }
    podman = Engine("podman", environment, (*_stand_in_options(), *_wheel_options(scratch)))
    _import_bases(podman)
    return podman


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _docker_answers() -> bool:
    return (
        shutil.which("docker") is not None
        and subprocess.run(["docker", "version"], capture_output=True, check=False).returncode == 0
    )


def _stand_in_options() -> tuple[str, ...]:
    names = {"BUILDER": "builder", "BASE": "base"}
    arguments = [f"--build-arg={key}=localhost/fintone-test/{name}" for key, name in names.items()]
    return ("--pull=never", "--network=host", *arguments)


def _wheel_options(scratch: Path) -> tuple[str, ...]:
    """Fetch the wheels out here, where pip is configured as this machine needs it."""
    wheels = scratch / "wheels"
    locks = [f"--requirement=requirements/{lock}.txt" for lock in ("lambda", "serve")]
    options = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--python-version=3.13"]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", *options, f"--dest={wheels}", *locks],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    configuration = scratch / "pip.conf"
    configuration.write_text("[install]\nno-index = true\nfind-links = /wheels\n")
    return (f"--volume={wheels}:/wheels:ro", f"--volume={configuration}:/etc/pip.conf:ro")


def _import_bases(podman: Engine) -> None:
    if not all((BASES / f"{name}.tar").exists() for name in ("builder", "base")):
        subprocess.run(["bash", "tests/images/make-bases.sh", str(BASES)], cwd=ROOT, check=True)
    # What the real base sets: python3/python.bzl and common/variables.bzl of distroless.
    settings = {"base": ["USER=65532", "WORKDIR=/home/nonroot", "ENV=LANG=C.UTF-8"], "builder": []}
    for name, changes in settings.items():
        options = [f"--change={change}" for change in changes]
        image = f"localhost/fintone-test/{name}"
        result = podman("import", *options, str(BASES / f"{name}.tar"), image)
        assert result.returncode == 0, result.stderr
