"""What `python -m bench.pareto` finds, and how a network's size is chosen by it."""

import json
from pathlib import Path

import msgspec
import pytest

from bench import pareto, pareto_cost
from bench.graph_field import Subject
from bench.pareto import main
from bench.pareto_cost import FAMILY, measure
from bench.pareto_plot import Point, front, knee, pareto_figure
from bench.pareto_report import from_json, render, to_json
from bench.pareto_results import Costs, Member
from bench.timing import Rounds
from train.network import Architecture
from train.plots import write_svg

SMALL = (
    Member(Architecture(16, hidden=8, bag=True), words=50, pairs=50),
    Member(Architecture(16, 1, hidden=8), words=50, pairs=50),
)
SHORT = Rounds(count=2, turn=0, limit=0)


@pytest.fixture(scope="module")
def costs(subject: Subject) -> Costs:
    return measure(subject.vocabulary, SMALL, SHORT, core=None)


def test_each_member_has_its_costs(costs: Costs) -> None:
    assert [cost.member for cost in costs.costs] == list(SMALL)
    for cost in costs.costs:
        figures = (cost.bytes, cost.session, cost.headline.median, cost.batched)
        assert min(figures) > 0
    assert costs.floor.median > 0


def test_what_was_written_is_read_back(costs: Costs) -> None:
    assert from_json(to_json(costs)) == costs


def test_anything_else_is_refused() -> None:
    with pytest.raises(msgspec.MsgspecError):
        from_json(b'{"costs": 3}')


def test_the_table_has_a_line_for_each_member(costs: Costs) -> None:
    for cost in costs.costs:
        assert f"  {cost.name} " in render(costs)


def test_members_of_the_family_have_different_names() -> None:
    assert len({member.name for member in FAMILY}) == len(FAMILY)


def test_the_names_say_what_differs() -> None:
    assert Member(Architecture(48, 1)).name == "48 x 1"
    assert Member(Architecture(32, bag=True)).name == "bag 32"
    assert Member(Architecture(64, 2), 5_000, 6_000).name == "64 x 2, 5000 + 6000"


POINTS = (
    Point("cheap", 20, 0.70),
    Point("worse", 25, 0.69),
    Point("knee", 30, 0.78, deviation=0.01),
    Point("same", 40, 0.78),
    Point("best", 60, 0.80),
)


def test_the_front_has_what_nothing_else_beats() -> None:
    assert [point.name for point in front(POINTS[::-1])] == ["cheap", "knee", "best"]


def test_of_two_that_cost_the_same_the_better_one_is_taken() -> None:
    assert front([Point("a", 20, 0.7), Point("b", 20, 0.8)]) == [Point("b", 20, 0.8)]


def test_the_knee_is_where_quality_gets_dear() -> None:
    assert knee(POINTS).name == "knee"


def test_one_point_is_its_own_knee() -> None:
    assert knee(POINTS[:1]) == POINTS[0]


def test_without_points_there_is_no_knee() -> None:
    with pytest.raises(ValueError, match="no point"):
        knee([])


def test_the_figure_names_all_points_and_the_knee(tmp_path: Path) -> None:
    write_svg(pareto_figure(POINTS, limit=60), tmp_path / "pareto.svg")
    drawn = (tmp_path / "pareto.svg").read_text(encoding="utf-8")
    texts = [*(point.name for point in POINTS), "knee: knee", "limit: 60 µs"]
    assert [text for text in texts if f">{text}<" not in drawn] == []


@pytest.fixture
def command(model_path: Path, affinity: set[int], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Arguments of a run with the smallest plan; what it changes of this process is put back."""
    monkeypatch.setattr(pareto, "QUICK", SHORT)
    monkeypatch.setattr(pareto_cost, "FAMILY", SMALL)
    for variable in ("OPENBLAS_NUM_THREADS", "TF_CPP_MIN_LOG_LEVEL"):
        monkeypatch.setenv(variable, "1")
    return ["--model", str(model_path), "--quick"]


def test_the_command_prints_the_table_and_writes_json(
    command: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    written = tmp_path / "costs.json"
    assert main([*command, "--json", str(written)]) == 0
    printed = capfd.readouterr().out
    names = [cost["name"] for cost in json.loads(written.read_bytes())["costs"]]
    assert names == [member.name for member in SMALL]
    assert [name for name in names if name not in printed] == []


def test_json_that_cannot_be_written_is_one_sentence_and_exit_1(
    command: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--json", str(tmp_path)]) == 1
    last = capfd.readouterr().err.splitlines()[-1]
    assert last == f"{tmp_path} cannot be written (Is a directory): name another file."


def test_a_missing_model_is_one_sentence_and_exit_1(
    command: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--model", "missing.onnx"]) == 1
    assert "missing.onnx is not there" in capfd.readouterr().err
