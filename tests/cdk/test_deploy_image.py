"""The image of a deployment: built of what was synthesised, pushed, pulled and asked. Minutes.

Amazon's side is moto, and a registry on this machine; both ends of the wire are real.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.cdk.api_calls import ACCOUNT, REGION
from tests.cdk.moto import CLI, REPOSITORY, account
from tests.cdk.registry import MANIFESTS, PROGRAM, Registry, registry
from tests.cdk.stacks import Synthesised
from tests.images import containers
from tests.images.containers import EMULATOR, Engine, free_port
from tests.lambda_.emulator import INVOCATIONS
from tests.runtime.processes import wait_for

if os.environ.get("TEST_IMAGES") != "1":
    pytest.skip("builds an image for a minute: make test-images", allow_module_level=True)
if reason := containers.unavailable():
    pytest.skip(f"no image can be built here: {reason}", allow_module_level=True)
if shutil.which(PROGRAM) is None:
    pytest.skip(f"{PROGRAM} is not installed", allow_module_level=True)
if not CLI.exists():
    pytest.skip("cdk/node_modules is not there: make synth fetches it", allow_module_level=True)


@dataclass(frozen=True)
class Pushed:
    """The image that a deployment has pushed, which the engine itself no longer has."""

    tag: str
    engine: Engine
    registry: Registry

    @property
    def reference(self) -> str:
        return f"{self.registry.host}/{REPOSITORY}:{self.tag}"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("engine")
    yield folder
    shutil.rmtree(folder)  # gigabytes, which pytest would keep


@pytest.fixture(scope="module")
def pushed(
    stack: Callable[..., Synthesised], scratch: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pushed]:
    folder = tmp_path_factory.mktemp("registry")
    with account(folder) as empty, registry(folder) as stand_in:
        engine = stand_in.engine(containers.engine(scratch))
        docker = stand_in.docker(engine)

        def cdk(verb: str, *options: str) -> None:
            app = ("--app", str(stack().folder))
            done = empty.cdk(verb, *app, *options, docker=docker, environment=engine.environment)
            assert done.returncode == 0, done.stderr

        cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}")
        cdk("deploy", "--no-execute", "--require-approval", "never")
        image = Pushed(stack().asset, engine, stand_in)
        engine("rmi", "--force", image.reference, f"cdkasset-{image.tag}")
        yield image


def test_it_is_one_image_for_one_processor_as_lambda_wants_it(pushed: Pushed):
    manifest = pushed.registry.manifest(REPOSITORY, pushed.tag)
    assert manifest["mediaType"] in MANIFESTS
    configuration = pushed.registry.configuration(REPOSITORY, manifest)
    assert (configuration["os"], configuration["architecture"]) == ("linux", "amd64")


@pytest.mark.skipif(not EMULATOR.exists(), reason=f"Lambda's emulator is not at {EMULATOR}")
def test_what_is_pulled_answers(pushed: Pushed, tmp_path: Path):
    assert pushed.engine("pull", pushed.reference).returncode == 0
    port, log = free_port(), tmp_path / "log"
    event = {"payload": "Operating profit fell to EUR 35.4 mn from EUR 68.8 mn"}

    def ask() -> dict[str, str] | None:
        try:
            return dict(httpx.post(f"http://127.0.0.1:{port}{INVOCATIONS}", json=event).json())
        except (httpx.TransportError, json.JSONDecodeError):
            return None

    with pushed.engine.running("lambda", pushed.reference, port, log):
        assert wait_for(ask) == {"Raw Text": event["payload"], "Categories": "negative"}
