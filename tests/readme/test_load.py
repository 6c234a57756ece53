"""The commands of the section on load: planned as they stand, the quick one run in small."""

import shlex
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.readme.checkout import Checkout, Server
from tests.readme.page import ROOT, commands_of

PAGE, REQUESTS, SPIKE, FUNCTION_URL, PLAN = commands_of("Under load")


@pytest.fixture(scope="module")
def server(checkout: Checkout) -> Iterator[Server]:
    with checkout.serving(commands_of("Start")[0]) as server:
        yield server


def locust(checkout: Checkout, command: str) -> list[str]:
    """Return the arguments that make would run Locust with."""
    planned = checkout.run(f"{command} --dry-run").stdout.splitlines()[-1]
    program, arguments = planned.split(" -m locust ")
    assert program == ".venv/bin/python"
    return shlex.split(arguments)


@pytest.mark.parametrize("command", [PAGE, REQUESTS, SPIKE, FUNCTION_URL])
def test_locust_knows_the_options(checkout: Checkout, command: str):
    arguments = locust(checkout, command)
    finished = subprocess.run(
        [sys.executable, "-m", "locust", *arguments, "--list"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr


def test_ten_thousand_requests_hold_their_goals_here_with_a_hundred(
    checkout: Checkout, server: Server
):
    arguments = locust(checkout, REQUESTS)
    assert arguments[-4:] == ["--requests", "10000", "--p99", "50"]
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "locust", *arguments[:-4], "--requests", "100"),
            *("--host", f"http://localhost:{server.port}"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr


def test_the_plan_is_simulated(checkout: Checkout):
    """Only planned here; tests/bench shows what it says."""
    planned = checkout.run(f"{PLAN} --dry-run").stdout.splitlines()[-1].strip()
    assert planned.endswith("-m bench.capacity --rps 10000")
