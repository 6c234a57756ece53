"""The section on clients of other services: its programs, run by the packages that they import."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.readme.checkout import Checkout, Server
from tests.readme.page import blocks, commands_of

PROGRAMS = [block.text for block in blocks() if block.section == "Clients of other services"]


@pytest.fixture(scope="module")
def server(checkout: Checkout) -> Iterator[Server]:
    with checkout.serving(commands_of("Start")[0]) as server:
        yield server


@pytest.mark.parametrize(
    ("program", "said"),
    list(zip(PROGRAMS, ["[b'positive' b'negative']", "positive"], strict=True)),
    ids=["triton", "hugging-face"],
)
def test_a_program_prints_the_labels(server: Server, program: str, said: str):
    assert "localhost:8080" in program
    program = program.replace("localhost:8080", f"localhost:{server.port}")
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert (finished.stdout.strip(), finished.stderr) == (said, "")
