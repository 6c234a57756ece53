"""What the images run, outside a container: packages pruned, stripped and compiled."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.images import trees
from tests.images.containers import free_port
from tests.images.dockerfiles import compiled
from tests.runtime.processes import ROOT, environment, wait_for

_MEBIBYTE = 1024 * 1024
TEXT = "Operating profit fell to EUR 35.4 mn from EUR 68.8 mn"

# What the images start; what is imported later, the scenario below loads by asking.
ENTRIES = {
    "lambda.txt": ["awslambdaric.__main__", "runtime.lambda_handler"],
    "serve.txt": ["runtime.__main__", "runtime.server", "runtime.protocol", "runtime.healthcheck"],
}

KINDS = {"lambda.txt": "lambda", "serve.txt": "local"}

# Loads everything that start-up does and answers in each way; prints answers and loaded modules.
SCENARIO = """
import asyncio, importlib, json, sys
for name in sys.argv[2:]:
    importlib.import_module(name)
answers = []
if "runtime.lambda_handler" in sys.argv:
    from runtime.lambda_handler import handler
    class Context: aws_request_id = "id"
    url = {"version": "2.0", "rawQueryString": "", "headers": {"content-type": "application/json"},
           "isBase64Encoded": False, "cookies": [],
           "requestContext": {"http": {"sourceIp": "192.0.2.1"}, "domainName": "x", "timeEpoch": 0}}
    for method, path, body in [("POST", "/v1/classify", '{"texts": ["a", "Profit fell"]}'),
                               ("GET", "/", ""), ("GET", "/docs", ""), ("GET", "/openapi.json", ""),
                               ("GET", "/docs/swagger-ui.css", ""), ("GET", "/v2", ""),
                               ("GET", "/docs/swagger-ui-bundle.js", ""),
                               ("GET", "/health/ready", ""), ("POST", "/v1/classify", "{")]:
        url["rawPath"], url["body"] = path, body
        url["requestContext"]["http"].update(method=method, path=path)
        answers.append(handler(url, Context()))
    answers.append(handler({"payload": "Profit fell"}, Context()))
modules = sorted(name for name, module in sys.modules.items()
                 if (getattr(module, "__file__", None) or "").startswith(sys.argv[1]))
print(json.dumps({"answers": answers, "modules": modules}))
"""


@dataclass(frozen=True)
class Trees:
    lock: str
    whole: Path
    small: Path


@pytest.fixture(scope="module", params=ENTRIES)
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Trees]:
    folder = tmp_path_factory.mktemp("trees")
    lock: str = request.param
    result = Trees(lock, trees.install(lock, folder / "whole"), folder / "small")
    trees.install(lock, result.small)
    trees.run("prune.py", result.small)
    trees.run("strip.py", result.small)
    code = folder / "code"
    subprocess.run(["cp", "-r", ROOT / "runtime", code], check=True)
    command = [ROOT / "images" / "compile.py", "--packages", result.small, "--code", code]
    process = subprocess.run(
        [sys.executable, "-S", *command, *compiled(KINDS[lock])],
        env=isolated(result.small) | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")},
        check=False,
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stderr
    yield result
    subprocess.run(["rm", "-rf", folder], check=True)  # hundreds of megabytes, which pytest keeps


def isolated(tree: Path, **settings: object) -> dict[str, str]:
    """The environment of an image: our code and that tree are all that can be imported."""
    # Coverage's own start-up is not in the tree.
    inherited = {
        name: value
        for name, value in environment(**settings).items()
        if not name.startswith(("COVERAGE", "COV_", "PYTHON"))
    }
    return inherited | {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{tree}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "ORT_DISABLE_TELEMETRY": "1",
    }


def play(tree: Path, lock: str) -> dict[str, Any]:
    finished = subprocess.run(
        [sys.executable, "-S", "-c", SCENARIO, str(tree), *ENTRIES[lock]],
        cwd=ROOT,
        env=isolated(tree),
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    answer: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return answer


def test_it_loads_and_answers_what_the_whole_packages_do(made: Trees):
    # The modules are compared too, as a package may do without one and say nothing.
    assert play(made.small, made.lock) == play(made.whole, made.lock)


def test_it_holds_bytecode_instead_of_source(made: Trees):
    assert not list(made.small.rglob("*.py"))
    # Flags 1: a hash that is not checked. https://peps.python.org/pep-0552/
    assert {path.read_bytes()[4] for path in made.small.rglob("*.pyc")} == {1}


def test_it_keeps_the_licence_of_every_package_that_it_keeps(made: Trees):
    def licences(tree: Path) -> set[str]:
        found = {path.relative_to(tree) for path in tree.glob("*.dist-info/**/*")}
        found |= {path.relative_to(tree) for path in tree.glob("onnxruntime/*.*")}
        return {str(path) for path in found if re.search("licen|notice", str(path), re.IGNORECASE)}

    gone = ("flatbuffers-", "packaging-", "protobuf-")
    kept = {path for path in licences(made.whole) if not path.startswith(gone)}
    assert licences(made.small) == kept
    assert "onnxruntime/ThirdPartyNotices.txt" in kept


def test_it_keeps_of_the_viewers_what_the_reference_loads_and_its_licence(made: Trees):
    package = made.small / "drf_spectacular_sidecar"
    kept = {path.name: path.stat().st_size for path in package.rglob("*") if path.is_file()}
    loaded = {"swagger-ui.css", "swagger-ui-bundle.js"}
    assert kept.keys() == loaded | {"LICENSE", "swagger-ui-bundle.js.LICENSE.txt", "py.typed"}
    assert sum(kept[name] for name in loaded) < 2_000_000


def test_it_is_small(made: Trees):
    size = sum(path.stat().st_size for path in made.small.rglob("*") if path.is_file())
    # With graph, code and the standard library's bytecode the function's stays below 80 MiB.
    limit = {"lambda.txt": 75, "serve.txt": 77}[made.lock]
    assert size < limit * _MEBIBYTE, f"{size / _MEBIBYTE:.1f} MiB"


@pytest.mark.parametrize("made", ["serve.txt"], indirect=True)
def test_it_serves_over_http_and_passes_its_own_health_check(tmp_path: Path, made: Trees):
    port = free_port()
    settings = isolated(made.small, HOST="127.0.0.1", PORT=port, WORKERS=2)
    python = [sys.executable, "-S", "-m"]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [*python, "runtime"], cwd=ROOT, env=settings, stdout=log, stderr=log
        )
    try:
        check = [*python, "runtime.healthcheck"]
        wait_for(lambda: None if subprocess.run(check, env=settings, cwd=ROOT).returncode else True)
        answer = httpx.post(f"http://127.0.0.1:{port}/v1/classify", json={"text": TEXT})
    finally:
        server.terminate()
        assert server.wait(30) == 0, (tmp_path / "log").read_text()
    assert answer.json()["result"]["label"] == "negative"
