import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What each verb installs. serve is the one that has to stay small.
LOCK_OF_VERB = {
    "serve": "serve",
    "test": "dev",
    "train": "teacher",
    "export": "train",
    "evaluate": "train",
    "data": "train",
    "bench-cold": "dev",
    "bench-graph": "train",
    "bench-model": "teacher",
    "bench-pareto": "train",
    "behaviour": "train",
    "run-lambda": "dev",
    "synth": "cdk",
    "bootstrap": "cdk",
    "deploy": "cdk",
    "diff": "cdk",
    "destroy": "cdk",
    "smoke": "cdk",
    "test-images": "dev",
    "load": "load",
    "load-report": "dev",
    "plan": "dev",
    "lint": "dev",
    "screenshots": "dev",
    "format": "dev",
    "lock": "lock",
}


def make(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    # A make that runs this suite passes its own options and variables on in these.
    inherited = {
        "MAKEFLAGS",
        "MAKELEVEL",
        "MFLAGS",
        "MAKEOVERRIDES",
        "ARGS",
        "DATA",
        "PYTHON",
        "RPS",
        "TEACHER",
    }
    environment = {name: value for name, value in os.environ.items() if name not in inherited}
    return subprocess.run(
        ["make", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def planned(*arguments: str, venv: Path) -> str:
    """What make would run on a machine where nothing is installed yet."""
    result = make("--dry-run", f"VENV={venv}", *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_make_alone_lists_every_verb_with_its_help():
    listed = dict(re.findall(r"^  make (\S+) +(\S.*)$", make().stdout, re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text().replace("\\\n", "")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    assert set(listed) == set(phony[1].split()) >= {*LOCK_OF_VERB, "clean"}


@pytest.mark.parametrize(("verb", "lock"), LOCK_OF_VERB.items())
def test_a_verb_installs_its_own_lock_and_no_other(verb: str, lock: str, tmp_path: Path):
    plan = planned(verb, venv=tmp_path / "venv")
    assert re.findall(r"install\.sh .* requirements/(\w+)\.txt", plan) == [lock]


def test_other_servers_are_installed_into_environments_of_their_own(tmp_path: Path):
    venvs = [f"{name}_VENV={tmp_path / name}" for name in ("OLD", "PEERS", "MLSERVER")]
    plan = planned("bench-server", *venvs, venv=tmp_path / "venv")
    installed = re.findall(r"install\.sh (\S+) requirements/(\S+)\.txt", plan)
    assert [(Path(venv).name, lock) for venv, lock in installed] == [
        ("venv", "dev"),
        ("OLD", "old-service"),
        ("PEERS", "peers"),
        ("MLSERVER", "mlserver"),
    ]


def test_train_and_export_run_in_this_order_under_j_too(tmp_path: Path):
    plan = planned("-j4", "train", "export", venv=tmp_path / "venv")
    assert re.findall(r"-m (train|export)\b", plan) == ["train", "export"]


def test_export_alone_does_not_train(tmp_path: Path):
    assert "-m train" not in planned("export", venv=tmp_path / "venv")


def test_data_is_passed_on_only_when_it_is_given(tmp_path: Path):
    for verb in ("train", "evaluate", "data"):
        assert "--data" not in planned(verb, venv=tmp_path)
        assert '--data "my corpora"' in planned(verb, "DATA=my corpora", venv=tmp_path)


def test_without_a_teacher_nothing_is_installed_for_one(tmp_path: Path):
    plan = planned("train", "TEACHER=none", venv=tmp_path / "venv")
    assert re.findall(r"install\.sh .* requirements/(\w+)\.txt", plan) == ["train"]
    assert '-m train  --teacher "none"' in plan


def test_a_teacher_is_passed_on_only_when_it_is_given(tmp_path: Path):
    assert "--teacher" not in planned("train", venv=tmp_path)
    assert '--teacher "my teacher"' in planned("train", "TEACHER=my teacher", venv=tmp_path)


def test_the_coverage_gate_judges_the_whole_suite_only(tmp_path: Path):
    assert "--cov" in planned("test", venv=tmp_path)
    assert "--cov" not in planned("test", "ARGS=-k word", venv=tmp_path)


def test_a_missing_python_is_answered_in_one_sentence(tmp_path: Path):
    result = make("serve", f"VENV={tmp_path / 'venv'}", "PYTHON=no-such-python")
    assert result.returncode != 0
    assert result.stdout == ""
    first, *rest = result.stderr.splitlines()
    assert "needs Python 3.11 or newer" in first
    assert "make PYTHON=" in first
    assert [line.startswith("make: ***") for line in rest] == [True]


@pytest.mark.parametrize(("status", "stamps"), [(0, 1), (1, 0)])
def test_only_an_install_that_ended_well_counts(tmp_path: Path, status: int, stamps: int):
    venv = tmp_path / "venv"
    python = venv / "bin" / "python"
    python.parent.mkdir(parents=True)
    # It stands for a Python whose pip ends with the given status.
    python.write_text(f'#!/bin/sh\n[ "$2" != pip ] || exit {status}\n')
    python.chmod(0o755)
    assert (make(str(venv / ".installed-serve"), f"VENV={venv}").returncode == 0) == (status == 0)
    assert len(list(venv.glob(".installed-*"))) == stamps


def test_a_venv_with_an_old_python_is_answered_in_one_sentence(tmp_path: Path):
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    # It stands for a Python that says no to the question whether it is new enough.
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    result = make(str(tmp_path / ".installed-serve"), f"VENV={tmp_path}")
    assert "make clean" in result.stderr.splitlines()[0]
    assert not (tmp_path / ".installed-serve").exists()


def test_clean_keeps_corpora_and_models(tmp_path: Path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    kept = ["data/__pycache__/corpus.csv", "onnx_models/sentiment.onnx", "runtime/app.py"]
    removed = [
        ".venv/bin/python",
        ".cache/teacher/teachers/weights",
        "artifacts/metrics.json",
        "runtime/__pycache__/app.pyc",
    ]
    for name in kept + removed:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert make("clean", cwd=tmp_path).returncode == 0
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {"Makefile", *kept}
