"""The command ``python -m export``: one graph with its papers, or one sentence and nothing."""

import hashlib
import json
import signal
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import onnxruntime
import pytest

from export import cli
from tests.export.models import LABELS, TEXTS


def run(artifacts: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "export", "--artifacts", str(artifacts), "--out", str(out)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def exported(
    written_artifacts: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    out = tmp_path_factory.mktemp("export") / "new" / "models"
    return out, run(written_artifacts, out)


def test_it_succeeds_and_shows_its_steps(
    exported: tuple[Path, subprocess.CompletedProcess[str]],
):
    out, result = exported
    assert result.returncode == 0
    for step in ("1/4", "2/4", "3/4", "4/4", "parity on every Unicode character", str(out)):
        assert step in result.stderr
    assert "Traceback" not in result.stderr


def test_the_graph_answers_with_the_models_own_labels(
    exported: tuple[Path, subprocess.CompletedProcess[str]],
):
    session = onnxruntime.InferenceSession(exported[0] / "sentiment.onnx")
    feed = {"text": np.array(TEXTS, dtype=object)}
    label, probabilities = session.run(["label", "probabilities"], feed)
    assert set(label) <= set(LABELS)
    assert probabilities.shape == (len(TEXTS), len(LABELS))


def test_the_checksum_beside_the_graph_is_its_own(
    exported: tuple[Path, subprocess.CompletedProcess[str]],
):
    graph = (exported[0] / "sentiment.onnx").read_bytes()
    written = (exported[0] / "sentiment.onnx.sha256").read_text()
    assert written == f"{hashlib.sha256(graph).hexdigest()}  sentiment.onnx\n"


def test_metrics_hold_trainings_figures_and_the_proof(
    exported: tuple[Path, subprocess.CompletedProcess[str]], written_artifacts: Path
):
    metrics = json.loads((exported[0] / "metrics.json").read_text())
    graph = metrics.pop("graph")
    assert metrics == json.loads((written_artifacts / "metrics.json").read_text())
    assert graph["bytes"] == (exported[0] / "sentiment.onnx").stat().st_size
    assert len(graph["parity"]) == 4
    assert all(found["max_difference"] <= 1e-5 for found in graph["parity"].values())
    assert graph["parity"]["every Unicode character in context"]["texts"] == 1_112_064 / 8


def test_the_card_is_of_this_graph(
    exported: tuple[Path, subprocess.CompletedProcess[str]],
):
    metrics = json.loads((exported[0] / "metrics.json").read_text())
    card = (exported[0] / "MODEL_CARD.md").read_text()
    assert metrics["graph"]["model_version"] in card
    assert metrics["graph"]["sha256"] in card


def refusal(artifacts: Path, out: Path) -> str:
    """Return the last line of a run that has to fail, and to write nothing."""
    result = run(artifacts, out)
    assert result.returncode == 1
    assert not (out / "sentiment.onnx").exists()
    assert "Traceback" not in result.stderr
    return result.stderr.splitlines()[-1]


def test_without_artifacts_it_says_how_to_make_them(tmp_path: Path):
    assert "make train" in refusal(tmp_path / "none", tmp_path / "out")


def test_a_model_that_the_graph_does_not_equal_is_not_written(artifacts: Path, tmp_path: Path):
    vectorizer = joblib.load(artifacts / "vectorizer.joblib")
    # What is a word here depends on who reads it: Python takes all scripts' letters, RE2 ASCII's.
    vars(vectorizer)["token_pattern_"] = r"\w+"
    joblib.dump(vectorizer, artifacts / "vectorizer.joblib")
    assert refusal(artifacts, tmp_path / "out").startswith("No graph is written, because")


def test_ctrl_c_ends_it_without_a_traceback(written_artifacts: Path, tmp_path: Path):
    options = ["--artifacts", str(written_artifacts), "--out", str(tmp_path / "out")]
    command = [sys.executable, "-u", "-m", "export", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "3/4" in line:
                process.send_signal(signal.SIGINT)
                break
        rest = process.stderr.read()
    assert process.returncode == 130
    assert rest.endswith("Stopped; nothing was written.\n")
    assert "Traceback" not in rest
    assert not (tmp_path / "out").exists()


def test_a_stop_is_no_error_of_the_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """The same at a known point: a signal from outside may end what counts the lines as well."""

    def interrupted(artifacts: Path, out: Path) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(cli, "export", interrupted)
    assert cli.main([]) == 130
    assert capsys.readouterr().err == "Stopped; nothing was written.\n"


def test_a_folder_that_cannot_be_written_is_named(written_artifacts: Path, tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.touch()
    assert str(blocked) in refusal(written_artifacts, blocked)
