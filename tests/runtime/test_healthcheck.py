"""`python -m runtime.healthcheck`, which a container's engine runs inside it."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.images.containers import free_port
from tests.runtime.processes import ROOT, environment, running

ANYWHERE = "0.0.0.0"  # noqa: S104 - what a container listens on


def check(**settings: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runtime.healthcheck"],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        check=False,
    )


def test_importing_the_command_asks_nobody():
    assert callable(importlib.import_module("runtime.healthcheck").main)


@pytest.mark.parametrize("host", ["127.0.0.1", ANYWHERE, "localhost"])
def test_a_service_that_is_ready_is_healthy(host: str, tmp_path: Path):
    with running(tmp_path, HOST=ANYWHERE) as service:
        result = check(HOST=host, PORT=service.port)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_service_that_is_not_there_is_not_healthy():
    port = free_port()
    result = check(PORT=port)
    assert result.returncode == 1
    assert result.stderr.startswith(f"No answer from 127.0.0.1:{port}: ")


def test_a_service_that_is_not_ready_is_not_healthy(tmp_path: Path):
    """What answers here is another web server, which knows no such route."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", str(port)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert server.stdout is not None
        server.stdout.readline()
        result = check(PORT=port)
    finally:
        server.terminate()
        server.communicate()
    assert result.returncode == 1
    assert result.stderr == f"127.0.0.1:{port} is not ready: it answers 404\n"


def test_an_unusable_setting_is_one_sentence():
    result = check(PORT="eighty")
    assert result.returncode == 1
    assert result.stderr == "FINTONE_PORT is 'eighty': set it to a whole number from 0 to 65535.\n"
