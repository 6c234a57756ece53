"""Nobody is told who runs what: onnxruntime's reports are off wherever this project uses it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OPEN_GRAPH = "import onnxruntime; onnxruntime.InferenceSession('onnx_models/sentiment.onnx')"


def left_at_home(code: str, home: Path) -> list[Path]:
    """Run code, and return what it has left in an empty home: reports are kept there first."""
    # Nothing but a user's own shell: onnxruntime keeps quiet where it finds itself in CI.
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
    return [path for path in home.rglob("*") if path.is_file()]


def test_onnxruntime_alone_would_report(tmp_path: Path):
    assert left_at_home(OPEN_GRAPH, tmp_path)


@pytest.mark.parametrize("package", ["runtime", "export", "train", "bench"])
def test_no_package_reports(package: str, tmp_path: Path):
    assert left_at_home(f"import {package}; {OPEN_GRAPH}", tmp_path) == []
