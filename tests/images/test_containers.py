"""The two images, really built and really run. Slow, so by `make test-images` alone."""

import os
import shutil
import signal
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.images import containers
from tests.images.containers import EMULATOR, Engine
from tests.runtime.processes import wait_for

if os.environ.get("TEST_IMAGES") != "1":
    pytest.skip("builds images for minutes: make test-images", allow_module_level=True)
if reason := containers.unavailable():
    pytest.skip(f"no image can be built here: {reason}", allow_module_level=True)

TEXT = "Operating profit fell to EUR 35.4 mn from EUR 68.8 mn"
PYTHON = ("--entrypoint", "/usr/bin/python3")
_MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    scratch = tmp_path_factory.mktemp("engine")
    yield containers.engine(scratch)
    shutil.rmtree(scratch)  # gigabytes, which pytest would keep


@pytest.fixture(scope="module")
def local(engine: Engine) -> str:
    return engine.build("local")


@pytest.fixture(scope="module")
def function(engine: Engine) -> str:
    return engine.build("lambda")


def test_the_local_image_serves_is_healthy_and_stops_on_sigterm(
    engine: Engine, local: str, tmp_path: Path
):
    port, log = containers.free_port(), tmp_path / "log"
    with engine.running("local", local, port, log) as process:
        answer = wait_for(lambda: ask(process, f"http://127.0.0.1:{port}/v1/classify", "text", log))
        check = engine(
            "exec", f"fintone-test-{port}", "/usr/bin/python3", "-S", "-m", "runtime.healthcheck"
        )
        process.send_signal(signal.SIGTERM)
        status = process.wait(30)
    assert answer["result"]["label"] == "negative"
    assert check.returncode == 0, check.stderr
    assert status == 0, log.read_text()


@pytest.mark.skipif(not EMULATOR.exists(), reason=f"Lambda's emulator is not at {EMULATOR}")
def test_the_lambda_image_answers_a_direct_invocation(
    engine: Engine, function: str, tmp_path: Path
):
    port, log = containers.free_port(), tmp_path / "log"
    url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
    with engine.running("lambda", function, port, log) as process:
        answer = wait_for(lambda: ask(process, url, "payload", log))
    assert answer == {"Raw Text": TEXT, "Categories": "negative"}


@pytest.mark.parametrize("image", ["local", "function"])
def test_an_image_has_no_shell_no_root_and_nothing_that_can_be_written(
    engine: Engine, image: str, request: pytest.FixtureRequest
):
    tag = request.getfixturevalue(image)
    probe = (
        "import os; print(os.getuid(), [name for name in ('sh', 'bash', 'pip', 'busybox')"
        " if any(os.path.exists(f'{folder}/{name}') for folder in os.environ['PATH'].split(':'))],"
        " os.access('/app', os.W_OK), os.access('/app/runtime/app.py', os.W_OK))"
    )
    result = engine("run", "--rm", *PYTHON, tag, "-S", "-c", probe)
    assert result.stdout.strip() == "65532 [] False False", result.stderr


def test_lambda_may_take_snapshots_of_its_image(engine: Engine, function: str):
    label = '{{index .Config.Labels "com.amazonaws.lambda.feature.snapstart"}}'
    assert engine("image", "inspect", "--format", label, function).stdout.strip() == "Allow"


def test_what_the_lambda_image_adds_to_its_base_is_at_most_30_megabytes_compressed(
    engine: Engine, function: str
):
    write = "import sys, tarfile; t = tarfile.open(fileobj=sys.stdout.buffer, mode='w|');"
    write += " [t.add(folder) for folder in ('/app', '/usr/lib/locale')]; t.close()"
    command = [engine.name, "run", "--rm", *PYTHON, function, "-S", "-c", write]
    archive = subprocess.run(
        command, env=engine.environment, capture_output=True, check=True
    ).stdout
    compressed = len(zlib.compress(archive))
    assert compressed <= 30 * _MEGABYTE, f"{compressed / _MEGABYTE:.1f} MB"


def ask(process: "subprocess.Popen[bytes]", url: str, key: str, log: Path):
    assert process.poll() is None, log.read_text()
    try:
        return httpx.post(url, json={key: TEXT}, timeout=10).json()
    except httpx.TransportError:
        return None
