"""``python -m train`` as users start it, in a process of its own."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.train.conftest import unmeasured, write_sentfin
from tests.train.tiny_checkpoint import write_checkpoint
from train.unlabeled import FOLDER, SUFFIX

REPOSITORY = Path(__file__).resolve().parents[2]
ARTIFACTS = {
    "metrics.json",
    "network.keras",
    "texts.json",
    "vectorizer.joblib",
    "plots/confusion-matrix.svg",
    "plots/learning-curve.svg",
    "plots/reliability.svg",
}
NOISE = r"Traceback|Warning|WARNING|[Tt]ensor[Ff]low|oneDNN|absl|[EIW]0000|matplotlib|CUDA"
HEADLINES = [f"Maker of {what} says its orders rose again" for what in ("ferries", "paper", "tea")]


@dataclass(frozen=True, slots=True)
class Run:
    """A training that has ended, and the folder that it was told to write."""

    out: Path
    process: subprocess.Popen[str]
    stdout: str
    stderr: str

    def metrics(self) -> dict[str, dict[str, object]]:
        return json.loads((self.out / "metrics.json").read_text(encoding="utf-8"))

    def written(self) -> set[str]:
        files = (path for path in self.out.rglob("*") if path.is_file())
        return {str(path.relative_to(self.out)) for path in files}


def start(*arguments: object, cwd: Path = REPOSITORY) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "train", *map(str, arguments)],
        cwd=cwd,
        env=unmeasured() | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def ended(out: Path, process: subprocess.Popen[str]) -> Run:
    return Run(out, process, *process.communicate(timeout=300))


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory, phrasebank_only: Path) -> Run:
    """What labels alone teach."""
    out = tmp_path_factory.mktemp("training") / "artifacts"
    data = ("--data", phrasebank_only, "--sources", "financial_phrasebank")
    return ended(out, start(*data, "--teacher", "none", "--out", out))


def test_training_ends_well_and_leaves_all_artifacts(training: Run) -> None:
    assert training.process.returncode == 0, training.stderr
    assert training.written() == ARTIFACTS


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
        "commit",
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
    assert re.findall(r"Stage (\d)/5 ", stderr) == ["1", "2", "3", "4", "5"]
    assert "63 texts (negative 21, neutral 21, positive 21)" in stderr
    assert re.search(r"cross-validation: 100%.* 60/60 ", stderr)
    assert re.search(r"training: 100%", stderr)
    assert stderr.endswith("Next: make export\n")


def test_nothing_is_shown_that_a_user_cannot_act_on(training: Run) -> None:
    assert re.findall(NOISE, training.stderr) == []
    assert training.stdout == ""


def test_a_folder_that_cannot_be_written_is_refused_in_a_sentence(
    tmp_path: Path, phrasebank_only: Path
) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    data = ("--data", phrasebank_only, "--sources", "financial_phrasebank")
    process = start(*data, "--teacher", "none", "--out", tmp_path / "taken")
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


@dataclass(frozen=True, slots=True)
class Taught:
    """A training with a teacher, stopped; then run to its end; then run again."""

    stopped: Run
    gone_on: Run
    again: Run


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Taught:
    """With a tiny teacher, in a folder of its own, as the cache lies where make is run."""
    folder = tmp_path_factory.mktemp("taught")
    teacher = write_checkpoint(folder / "tiny")
    write_sentfin(folder / "data" / "sentfin")
    path = folder / "data" / FOLDER / f"uci_news_business_headlines{SUFFIX}"
    path.parent.mkdir()
    path.write_bytes(gzip.compress("\n".join(HEADLINES).encode()))
    options = ("--data", folder / "data", "--sources", "sentfin", "--teacher", teacher, "--seed", 4)

    def started(out: Path) -> subprocess.Popen[str]:
        return start(*options, "--out", out, cwd=folder)

    stopped = started(folder / "stopped")
    stop_once_there_is_something_in(folder / ".cache" / "teacher" / "teachers", stopped)
    return Taught(
        ended(folder / "stopped", stopped),
        ended(folder / "gone_on", started(folder / "gone_on")),
        ended(folder / "again", started(folder / "again")),
    )


def stop_once_there_is_something_in(folder: Path, process: subprocess.Popen[str]) -> None:
    """Stop it as Ctrl-C does: it, and the teachers' processes."""
    deadline = time.monotonic() + 120
    while not any(folder.glob("*/*")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)


def test_ctrl_c_ends_a_training_with_a_word(taught: Taught) -> None:
    assert taught.stopped.process.returncode == 130
    assert taught.stopped.stderr.endswith("Stopped.\n")
    assert re.findall(NOISE, taught.stopped.stderr) == []
    assert taught.stopped.written() == set()


def test_a_training_that_was_stopped_goes_on_and_leaves_all_artifacts(taught: Taught) -> None:
    assert taught.gone_on.process.returncode == 0, taught.gone_on.stderr
    assert taught.gone_on.written() == ARTIFACTS
    assert re.findall(r"Stage (\d)/5 ", taught.gone_on.stderr) == ["1", "2", "3", "4", "5"]
    assert re.findall(r"teacher \d/\d", taught.gone_on.stderr)
    assert re.findall(NOISE, taught.gone_on.stderr) == []


def test_the_same_seed_and_data_give_the_same_metrics_file(taught: Taught) -> None:
    first, second = (run.out / "metrics.json" for run in (taught.gone_on, taught.again))
    assert first.read_bytes() == second.read_bytes()


def test_the_second_training_needs_no_teacher(taught: Taught) -> None:
    assert taught.again.process.returncode == 0, taught.again.stderr
    assert re.findall(r"teacher \d/\d", taught.again.stderr) == []


def test_the_metrics_of_a_distilled_model_say_what_it_was_distilled_on(taught: Taught) -> None:
    metrics = taught.gone_on.metrics()
    (labelled,), (unlabelled,) = metrics["trained_on"], metrics["distilled_on"]
    assert (labelled["name"], labelled["rows"]) == ("sentfin", 63)
    assert unlabelled["name"] == "uci_news_business_headlines"
    assert unlabelled["rows"] == len(HEADLINES)
    assert metrics["cross_validation"]["folds"] == 3
    assert metrics["cross_validation"]["overall"]["rows"] == 63
