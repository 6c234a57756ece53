"""What `make bench-cold` prints and writes, from figures that are made up."""

import json
from pathlib import Path

import pytest

from bench.cold_field import DIRECT, EMPTY, HTTP, OLD
from bench.cold_goals import goals
from bench.cold_plot import init_figure
from bench.cold_report import render, to_json, to_markdown
from bench.cold_results import HttpPath, Results, Row, Start
from bench.timing import Machine
from train.plots import write_svg

MACHINE = Machine("processor", 2, 1, 0.5, "Linux", "3.11.7", {"onnxruntime": "1.31.1"})
LIMITS = {"1 CPU": "pinned to core 1", "512 MB": "512 MB of memory"}


def row(function: str, init: float, first: float = 1.0, limit: str = "1 CPU") -> Row:
    starts = (Start(init, first, 1), Start(init + 2, first, 1), Start(1, first, 1))
    return Row(function, "venv", limit, starts)


def results(*rows: Row, p50: float = 100) -> Results:
    functions = {each.function: "described" for each in rows}
    return Results(
        machine=MACHINE,
        date="2026-01-31",
        functions=functions,
        places={"venv": "this machine"},
        limits=LIMITS,
        absent={"image": "not measured, no docker or podman answers"},
        rows=rows,
        http_path=HttpPath(p50, 200, 1000),
    )


GOOD = results(row(EMPTY, 50), row(DIRECT, 150), row(HTTP, 150), row(OLD, 2250))


def judged(found: Results, part: str) -> list[bool]:
    return [goal.holds for goal in goals(found) if part in goal.goal]


def test_goals_hold_at_their_bounds():
    assert all(goal.holds for goal in goals(GOOD))
    assert len(goals(GOOD)) == 5


@pytest.mark.parametrize(
    ("found", "part"),
    [
        (results(row(EMPTY, 50), row(DIRECT, 151)), "empty"),
        (results(row(HTTP, 150), row(OLD, 2249)), "old service"),
        (results(row(DIRECT, 150, first=2.1)), "a warm one"),
        (results(row(HTTP, 150, first=2.1)), "a warm one"),
        (results(p50=251), "warm HTTP path"),
    ],
)
def test_a_goal_beyond_its_bound_is_missed(found: Results, part: str):
    assert judged(found, part) == [False]


def test_a_goal_whose_figures_are_lacking_is_not_judged():
    failed = Row(OLD, "venv", "1 CPU", (), "2 x out of memory")
    assert judged(results(row(HTTP, 1), failed), "old service") == []


def test_other_limits_do_not_count():
    found = results(row(EMPTY, 50), row(DIRECT, 150), row(DIRECT, 999, limit="512 MB"))
    assert judged(found, "empty") == [True]


def test_the_report_has_all_figures_and_says_what_is_lacking_once():
    lacking = [Row(OLD, "venv", limit, (), "2 x out of memory") for limit in LIMITS]
    printed = render(results(row(EMPTY, 50), row(DIRECT, 1500), *lacking))
    assert "1,500 (1 to 1,502)" in printed
    assert printed.count("out of memory") == 1
    assert f"{OLD} (venv) at 1 CPU, 512 MB: 2 x out of memory" in printed
    assert "image: not measured, no docker or podman answers" in printed
    assert "  MISSED  venv: INIT at most 3 x the empty handler's: 30.00 x" in printed


def test_the_page_has_the_goals_the_tables_and_the_method():
    page = to_markdown(GOOD)
    assert page.startswith("# Cold start\n")
    assert "| venv: INIT at most 3 x the empty handler's | holds | 3.00 x" in page
    assert f"| {OLD} | venv | 2,250 (1 to 2,252) | - |" in page
    assert "3 fresh starts of each, 2026-01-31" in page
    assert "## How it was measured" in page
    assert "](cold-start.svg)" in page
    assert "\n\n\n" not in page


def test_json_has_each_start_and_the_goals():
    document = json.loads(to_json(GOOD))
    assert document["rows"][0]["starts"][0] == {"init": 50, "first": 1, "warm": 1}
    assert [goal["goal"] for goal in document["goals"]] == [goal.goal for goal in goals(GOOD)]


@pytest.mark.parametrize("found", [GOOD, results()], ids=["good", "empty"])
def test_the_figure_can_be_drawn(found: Results, tmp_path: Path):
    write_svg(init_figure(found), tmp_path / "figure.svg")
    drawn = (tmp_path / "figure.svg").read_text()
    assert all(each.function in drawn for each in found.rows)
