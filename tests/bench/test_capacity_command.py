"""What `make plan` reads, prints and writes."""

import json
import re
from pathlib import Path

import pytest

from bench.capacity import main
from bench.capacity_measured import read_measured, read_old_service, read_service
from bench.capacity_report import to_json, to_markdown
from bench.capacity_run import evaluate, read_measurement
from bench.capacity_setting import CapacityError
from tests.bench.capacity_samples import AWS, COLD_START, MEASURED, MEASUREMENT, QUESTION, ROOT


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_it_prints_a_table_and_a_setting_and_draws(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    svg = tmp_path / "new" / "plan.svg"
    assert main(["--rps", "50", "--seconds", "5", "--memory", "1769", "--svg", str(svg)]) == 0
    printed = capsys.readouterr()
    assert "on demand" in printed.out
    assert '  make deploy ARGS="-c memory=1769 ' in printed.out
    assert "1 of " in printed.err
    assert "429 in a tenth of a second" in svg.read_text()


def test_where_no_setting_will_do_the_status_is_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    few = ("--rps", "50", "--seconds", "2", "--memory", "1769", "--svg", str(tmp_path / "a.svg"))
    assert main([*few, "--p99", "0.001"]) == 1
    assert capsys.readouterr().err.endswith("more memory sizes or a larger account.\n")


def test_it_says_how_far_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bench.capacity_plan._EVERY", 0.0)
    main(["--rps", "50", "--seconds", "2", "--memory", "1769", "--svg", str(tmp_path / "a.svg")])
    assert re.search(r"^  \d+ of \d+ requests$", capsys.readouterr().err, re.M)


def test_a_mistake_is_one_sentence(capsys: pytest.CaptureFixture[str]):
    assert main(["--rps", "-1"]) == 1
    assert main(["--memory", "much"]) == 1
    assert main(["--write", "none/such"]) == 1
    assert main(["--service", "none/such"]) == 1
    assert capsys.readouterr().err.count("\n") == 4


def test_the_page_is_whole_and_what_was_measured_can_be_kept(tmp_path: Path):
    results = evaluate(QUESTION, MEASURED, COLD_START, AWS, lambda message: None)
    page = to_markdown(results, MEASUREMENT, AWS)
    assert "[[" not in page
    assert "at most 2.0 points in what is answered, 10 % in p50, 5 % in p99" in page
    assert results.plan.best is not None
    assert results.plan.best.setting.command() in page
    path = tmp_path / "capacity.json"
    path.write_bytes(to_json(results, MEASUREMENT))
    assert read_measurement(path) == MEASUREMENT
    assert read_service(path) == (2.0, 3.0)
    assert len(json.loads(path.read_text())["shapes"]) == 5


def test_nothing_measured_before_is_one_sentence(tmp_path: Path):
    with pytest.raises(CapacityError, match="leave out --keep-measured"):
        read_measurement(tmp_path / "capacity.json")


@pytest.mark.parametrize("content", ["{", '{"service_ms": []}', '{"service_ms": ["a"]}', "{}"])
def test_a_file_without_times_is_one_sentence(content: str, tmp_path: Path):
    path = tmp_path / "service.json"
    path.write_text(content)
    with pytest.raises(CapacityError, match="name another"):
        read_service(path)


def test_other_figures_beside_the_times_do_not_disturb(tmp_path: Path):
    path = tmp_path / "service.json"
    path.write_text('{"rows": [1], "service_ms": [0.5, 1]}')
    assert read_service(path) == (0.5, 1.0)


def test_what_the_cold_start_benchmark_wrote_is_read():
    measured = read_measured(COLD_START, None, AWS)
    assert {512, 1024, 1769} <= measured.starts.keys()
    assert 0 < measured.works.mean() < measured.starts[1769][:, 0].mean()
    assert all(init > warm > 0 for init, warm in read_old_service(COLD_START).values())
