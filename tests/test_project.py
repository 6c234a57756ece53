import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


# The workflows


def test_every_action_is_pinned_by_commit_with_its_version_beside():
    used = [line for path in WORKFLOWS for line in path.read_text().splitlines() if "uses:" in line]
    pinned = re.compile(r" *(- )?uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert used
    assert [line for line in used if not pinned.fullmatch(line)] == []


def test_no_workflow_gets_more_than_read_access_but_for_a_deployment_to_say_who_it_is():
    for path in WORKFLOWS:
        workflow = yaml.safe_load(path.read_text())
        more = {"id-token": "write"} if path.name == "deploy.yml" else {}
        assert workflow["permissions"] == {"contents": "read"}
        for job in workflow["jobs"].values():
            assert job.get("permissions", {"contents": "read"}) == {"contents": "read"} | more


def test_ci_runs_what_the_workflow_runs():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert any("run: .ci/run\n" in path.read_text() for path in WORKFLOWS)


# The import contracts, on a tree of stubs that keeps them and then breaks one


@pytest.fixture
def stubs(tmp_path: Path) -> Path:
    shutil.copy(ROOT / ".importlinter", tmp_path)
    for package in ("train", "export", "runtime", "bench", "load", "cdk"):
        (tmp_path / package).mkdir()
        for module in ("__init__", "stub"):
            (tmp_path / package / f"{module}.py").touch()
    (tmp_path / "train" / "graph.py").write_text("import onnxruntime\n")
    return tmp_path


def broken_contracts(tree: Path) -> list[str]:
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", code, "--no-cache"]
    result = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    broken = re.findall(r"^(.*) BROKEN", result.stdout, re.MULTILINE)
    assert bool(broken) == bool(result.returncode), result.stdout
    return broken


def test_an_evaluation_that_runs_the_graph_keeps_the_contracts(stubs: Path):
    assert broken_contracts(stubs) == []


@pytest.mark.parametrize(
    ("stage", "statement", "contract"),
    [
        ("runtime", "import train.stub", "stages"),
        ("export", "import train.stub", "stages"),
        ("train", "import bench.stub", "stages"),
        ("load", "import bench.stub", "stages"),
        ("cdk", "import load.stub", "stages"),
        ("cdk", "import runtime.stub", "cdk-meets-the-service-in-its-image"),
        ("runtime", "import tensorflow", "runtime-is-slim"),
        ("train", "import onnxruntime", "train-knows-no-onnx"),
        ("export", "import starlette", "models-know-no-http"),
    ],
)
def test_an_import_against_the_layers_is_found(
    stage: str, statement: str, contract: str, stubs: Path
):
    (stubs / stage / "stub.py").write_text(f"{statement}\n")
    settings = configparser.ConfigParser()
    settings.read(ROOT / ".importlinter")
    assert broken_contracts(stubs) == [settings[f"importlinter:contract:{contract}"]["name"]]
