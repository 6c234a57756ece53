"""A registry of images on this machine, which stands in for Amazon ECR's."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from tests.cdk.moto import REGISTRY
from tests.images.containers import Engine, free_port
from tests.runtime.processes import stop, wait_for

PROGRAM = "docker-registry"  # Debian's package of that name: github.com/distribution/distribution
MANIFESTS = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_CONFIGURATION = """version: 0.1
storage: {{filesystem: {{rootdirectory: {folder}}}}}
http: {{addr: "{host}"}}
"""


@dataclass(frozen=True)
class Registry:
    """A running registry.

    Attributes:
        host: its address and port.
        folder: what it and the engine keep.
    """

    host: str
    folder: Path

    def manifest(self, repository: str, tag: str) -> dict[str, Any]:
        """What was pushed under that name: an image, or an index of several."""
        accepted = {"accept": ", ".join(MANIFESTS + _INDEXES)}
        return self._get(f"{repository}/manifests/{tag}", accepted)

    def configuration(self, repository: str, manifest: dict[str, Any]) -> dict[str, Any]:
        """The configuration of an image."""
        return self._get(f"{repository}/blobs/{manifest['config']['digest']}", {})

    def engine(self, engine: Engine) -> Engine:
        """The engine, which keeps what it logs in with to itself, and needs no TLS here."""
        (self.folder / "registries.conf").write_text(
            f'[[registry]]\nlocation = "{self.host}"\ninsecure = true\n'
        )
        settings = {
            "CONTAINERS_REGISTRIES_CONF": str(self.folder / "registries.conf"),
            "REGISTRY_AUTH_FILE": str(self.folder / "auth.json"),
            "DOCKER_CONFIG": str(self.folder),
        }
        return replace(engine, environment=engine.environment | settings)

    def docker(self, engine: Engine) -> Path:
        """A program for CDK_DOCKER: the engine, with this registry in the place of ECR's."""
        program = self.folder / "docker"
        options = " ".join(f"'{option}'" for option in engine.build_options)
        program.write_text(
            "#!/bin/bash\n"
            f'set -- "${{@//{REGISTRY}/{self.host}}}"\n'
            f'[ "$1" != build ] || set -- build {options} "${{@:2}}"\n'
            f'exec {engine.name} "$@"\n'
        )
        program.chmod(0o755)
        return program

    def _get(self, path: str, headers: dict[str, str]) -> dict[str, Any]:
        answer = httpx.get(f"http://{self.host}/v2/{path}", headers=headers)
        content: dict[str, Any] = answer.raise_for_status().json()
        return content


@contextmanager
def registry(folder: Path) -> Iterator[Registry]:
    """Start an empty registry, and end it."""
    started = Registry(f"127.0.0.1:{free_port()}", folder)
    configuration = folder / "registry.yml"
    configuration.write_text(_CONFIGURATION.format(folder=folder / "images", host=started.host))
    program = shutil.which(PROGRAM)
    assert program is not None
    with (folder / "registry.log").open("wb") as log:
        process = subprocess.Popen([program, "serve", configuration], stdout=log, stderr=log)
    try:
        wait_for(lambda: _answers(started.host) or None)
        yield started
    finally:
        stop(process)


def _answers(host: str) -> bool:
    try:
        return httpx.get(f"http://{host}/v2/").is_success
    except httpx.ConnectError:
        return False
