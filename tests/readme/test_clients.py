"""The section on clients: its command and its programs, whose first request is shed."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.readme.checkout import Checkout, Server
from tests.readme.front import Front, before
from tests.readme.page import blocks, commands_of

SECTION = "Clients"
(COMMAND,) = commands_of(SECTION)
BLOCKS = {block.language: block.text for block in blocks() if block.section == SECTION}
OLDEST_NODE = 18  # the first with fetch


@pytest.fixture(scope="module")
def server(checkout: Checkout) -> Iterator[Server]:
    with checkout.serving(commands_of("Start")[0]) as server:
        yield server


@pytest.fixture
def front(server: Server) -> Iterator[Front]:
    with before(f"http://127.0.0.1:{server.port}") as front:
        yield front


def curl(checkout: Checkout, front: Front, body: str) -> int:
    """Run the command with another body; return its exit status."""
    assert "localhost:8080/" in COMMAND
    command = COMMAND.replace("localhost:8080/", f"127.0.0.1:{front.port}/")
    finished = checkout.run(re.sub("-d '.*'", f"-d '{body}'", command), 60)
    assert (finished.stdout, finished.stderr) == ("", "")
    return finished.returncode


def printed(checkout: Checkout, front: Front, program: str, name: str, text: str) -> str:
    """Run a program's text from a file of that name; return what it prints."""
    assert "//127.0.0.1:8080" in text
    text = text.replace("//127.0.0.1:8080", f"//127.0.0.1:{front.port}")
    (checkout.folder / name).write_text(text, encoding="utf-8")
    finished = checkout.run(f"{program} {name}", 60)
    assert (finished.returncode, finished.stderr) == (0, "")
    return finished.stdout


def test_curl_waits_and_asks_again(checkout: Checkout, front: Front):
    assert curl(checkout, front, '{"texts": ["Net sales rose by 5 %"]}') == 0
    answer = json.loads((checkout.folder / "answer.json").read_text())
    assert [result["label"] for result in answer["results"]] == ["positive"]
    assert front.statuses == [503, 200]
    assert front.waited() >= 1


def test_curl_fails_and_keeps_what_to_change(checkout: Checkout, front: Front):
    assert curl(checkout, front, '{"texts": []}') == 22
    problem = json.loads((checkout.folder / "answer.json").read_text())
    assert problem["detail"] == "texts is empty: send at least one text."


def test_the_python_program_prints_what_is_shown(checkout: Checkout, front: Front):
    said = printed(checkout, front, ".venv/bin/python", "client.py", BLOCKS["python"])
    assert said == BLOCKS["text"]
    assert front.statuses == [503, 200, 200, 422]
    assert front.waited() >= 1


def test_the_javascript_program_prints_what_is_shown(checkout: Checkout, front: Front):
    node = shutil.which("node")
    if node is None or _major_version(node) < OLDEST_NODE:
        pytest.skip(f"the program needs Node.js {OLDEST_NODE} or later: install it")
    assert printed(checkout, front, node, "client.mjs", BLOCKS["js"]) == BLOCKS["text"]
    assert front.statuses == [503, 200, 200, 422]
    assert front.waited() >= 1


def _major_version(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.removeprefix("v").partition(".")[0])
