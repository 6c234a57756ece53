"""``python -m train`` as users start it, in a process of its own."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Run:
    """A training that has ended, and the folder that it was told to write."""

    out: Path
    process: subprocess.Popen[str]
    stdout: str
    stderr: str

    def metrics(self) -> dict[str, dict[str, object]]:
        return json.loads((self.out / "metrics.json").read_text(encoding="utf-8"))


def start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "train", *map(str, arguments)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def trainings(tmp_path_factory: pytest.TempPathFactory, phrasebank_only: Path) -> tuple[Run, Run]:
    """The same training twice, at the same time."""
    folder = tmp_path_factory.mktemp("trainings")
    outs = (folder / "first", folder / "second")
    started = [start("--data", phrasebank_only, "--out", out) for out in outs]
    first, second = (
        Run(out, process, *process.communicate(timeout=300))
        for out, process in zip(outs, started, strict=True)
    )
    return first, second


@pytest.fixture(scope="module")
def training(trainings: tuple[Run, Run]) -> Run:
    return trainings[0]


def test_training_ends_well_and_leaves_all_artifacts(training: Run) -> None:
    assert training.process.returncode == 0, training.stderr
    written = {
        str(path.relative_to(training.out)) for path in training.out.rglob("*") if path.is_file()
    }
    assert written == {
        "metrics.json",
        "network.keras",
        "texts.json",
        "vectorizer.joblib",
        "plots/confusion-matrix.svg",
        "plots/learning-curve.svg",
        "plots/reliability.svg",
    }


def test_the_same_seed_and_data_give_the_same_metrics_file(trainings: tuple[Run, Run]) -> None:
    first, second = ((run.out / "metrics.json").read_bytes() for run in trainings)
    assert first == second


def test_the_metrics_say_what_was_trained_on_and_how_good_it_is(training: Run) -> None:
    metrics = training.metrics()
    assert metrics["labels"] == ["negative", "neutral", "positive"]
    (source,) = metrics["trained_on"]
    assert (source["name"], source["rows"]) == ("financial_phrasebank", 63)
    assert re.fullmatch("[0-9a-f]{64}", source["sha256"])
    assert metrics["training"].keys() == {
        "texts",
        "dropped",
        "seed",
        "epochs",
        "words",
        "pairs",
        "parameters",
    }
    judged = metrics["cross_validation"]
    assert judged["folds"] == 5
    assert judged["overall"]["rows"] == 63
    assert judged["overall"]["accuracy"] > 0.5
    assert judged["sources"]["financial_phrasebank"]["agreement"]["100 %"]["rows"] == 15
    assert metrics["calibration"].keys() == {"temperature", "ece_before", "ece_after"}


def test_plots_are_well_formed_svg(training: Run) -> None:
    for path in (training.out / "plots").iterdir():
        root = ET.parse(path).getroot()  # noqa: S314  # written by ourselves
        assert root.tag == "{http://www.w3.org/2000/svg}svg"


def test_stages_and_progress_are_shown(training: Run) -> None:
    stderr = training.stderr
    assert re.findall(r"Stage (\d)/4 ", stderr) == ["1", "2", "3", "4"]
    assert "63 texts (negative 21, neutral 21, positive 21)" in stderr
    assert re.search(r"cross-validation: 100%.* 60/60 ", stderr)
    assert re.search(r"training: 100%", stderr)
    assert stderr.endswith("Next: make export\n")


def test_nothing_is_shown_that_a_user_cannot_act_on(training: Run) -> None:
    noise = r"Traceback|Warning|WARNING|[Tt]ensor[Ff]low|oneDNN|absl|[EIW]0000|matplotlib|CUDA"
    assert re.findall(noise, training.stderr) == []
    assert training.stdout == ""


def test_a_folder_that_cannot_be_written_is_refused_in_a_sentence(
    tmp_path: Path, phrasebank_only: Path
) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    process = start("--data", phrasebank_only, "--out", tmp_path / "taken")
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 1
    sentence = f"{tmp_path / 'taken'} cannot be written (File exists): free it, or name another"
    assert stderr.splitlines()[-1].startswith(sentence)
    assert "Traceback" not in stderr


def test_without_held_out_text_evaluate_says_so_and_fails(
    neutral_graph: Path, phrasebank_only: Path
) -> None:
    process = start("evaluate", "--model", neutral_graph, "--data", phrasebank_only)
    stdout, stderr = process.communicate(timeout=120)
    assert (process.returncode, stdout) == (1, "")
    assert stderr.startswith("there is no held-out text in this data")
    assert stderr.count("\n") == 1
