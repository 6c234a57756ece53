"""An AWS account that moto plays, and the CDK's command line pointed at it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx

from tests.cdk.api_calls import ACCOUNT, REGION
from tests.images.containers import free_port
from tests.runtime.processes import ROOT, stop, wait_for

CLI = ROOT / "cdk" / "node_modules" / ".bin" / "cdk"
REPOSITORY = f"cdk-hnb659fds-container-assets-{ACCOUNT}-{REGION}"
BUCKET = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"

_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


@dataclass(frozen=True)
class Account:
    """The account, empty at first.

    Attributes:
        endpoint: where all of its APIs are.
        folder: for what the command line keeps.
    """

    endpoint: str
    folder: Path

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its classes as it runs
        """A client of one of its APIs."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",  # noqa: S106 - moto asks for none
        )

    def cdk(
        self,
        verb: str,
        *options: str,
        docker: Path,
        environment: Mapping[str, str] = os.environ,
    ) -> subprocess.CompletedProcess[str]:
        """Run a verb of the command line by the script that make calls."""
        kept = {name: value for name, value in environment.items() if name[:4] != "AWS_"}
        settings = {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CDK_HOME": str(self.folder),
            "CDK_DOCKER": str(docker),
            "CDK_DISABLE_CLI_TELEMETRY": "1",
            "NODE_NO_WARNINGS": "1",
            "VENV": sys.prefix,
        }
        if verb == "deploy":  # else it writes them into the checkout
            options += ("--outputs-file", str(self.folder / "outputs.json"))
        return subprocess.run(
            ["bash", "cdk/cli.sh", verb, "--no-color", *options],
            cwd=ROOT,
            env=kept | _CREDENTIALS | settings,
            capture_output=True,
            text=True,
            check=False,
        )


def put_image(ecr: Any, tag: str) -> None:  # noqa: ANN401 - see above
    """Put the name of an image into the repository, which moto keeps without its layers."""
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = {"schemaVersion": 2, "mediaType": kind, "config": {"digest": "sha256:0", "size": 1}}
    ecr.put_image(
        repositoryName=REPOSITORY,
        imageTag=tag,
        imageManifest=json.dumps(manifest | {"layers": []}),
    )


@contextmanager
def account(folder: Path) -> Iterator[Account]:
    """Start moto as a server, and end it."""
    # By this name: moto reads the bucket of a template out of the path where it sees "localhost",
    # and elsewhere takes the host's first part for it (moto/cloudformation/utils.py).
    port = free_port()
    played = Account(f"http://localhost:{port}", folder)
    with (folder / "moto.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "--port", str(port)], stdout=log, stderr=log
        )
    try:
        wait_for(lambda: _answers(played.endpoint) or None)
        yield played
    finally:
        stop(process)


def _answers(endpoint: str) -> bool:
    try:
        return httpx.get(f"{endpoint}/moto-api/data.json").is_success
    except httpx.ConnectError:
        return False
