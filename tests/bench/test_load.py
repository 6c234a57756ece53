"""`python -m bench.load` against the real service, as short as can be."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*options: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bench.load", *options],
        cwd=ROOT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    short = ("--requests", "30", "--clients", "3", "--overload", "1", "--soak", "1")
    ended = run(*short, "--write", str(folder))
    assert ended.returncode == 0, ended.stderr
    assert "Goals" in ended.stdout
    return folder


def figures(folder: Path) -> Mapping[str, object]:
    return json.loads((folder / "load-test.json").read_text())


def test_every_part_is_measured_and_written(written: Path):
    found = figures(written)
    assert [(c["generator"], c["concurrency"], c["answered"]) for c in found["cells"]] == [
        ("lean generator", 3, 30),
        ("Locust", 3, 30),
    ]
    for part in ("overload", "mixed"):
        assert found[part]["overloaded"]["answered"] > 0
        assert found[part]["overloaded"]["failed"] == {}
    assert found["soak"]["answered"] > 0
    assert all(sample["rss"] > 1 for sample in found["soak"]["samples"])
    assert {path.name for path in written.iterdir()} == {
        *("load-test.md", "load-test.json"),
        *("load-throughput.svg", "load-latency.svg", "load-memory.svg"),
    }


def test_one_part_is_measured_again_and_the_others_stay(written: Path):
    before = figures(written)
    again = ("--only", "requests", "--requests", "7", "--clients", "2")
    assert run(*again, "--write", str(written)).returncode == 0
    after = figures(written)
    assert [cell["answered"] for cell in after["cells"]] == [7, 7]
    for part in ("overload", "mixed", "soak"):
        assert after[part] == before[part]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--only", "nothing"), "nothing is no part: name requests, overload, soak"),
        (("--clients", "1,0"), "0 is no whole number"),
        (("--write", "no-such-folder"), "no-such-folder is no folder: name one with --write."),
    ],
)
def test_a_mistake_is_told_in_one_sentence(options: tuple[str, ...], told: str):
    ended = run(*options)
    assert ended.returncode != 0
    assert told in ended.stderr.splitlines()[-1]


def test_a_service_that_does_not_start_is_told():
    ended = run("--only", "soak", FINTONE_MODEL="no-such.onnx")
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("The service does not start: ")
    assert "no-such.onnx" in line
