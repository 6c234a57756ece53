"""What `make bench-server` prints and writes, from figures that are made up."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bench import server_pace, server_wrk
from bench.server_field import (
    BENTOML,
    FASTAPI,
    FINTONE,
    LITSERVE,
    MLSERVER,
    NAMES,
    OLD,
    STARLETTE,
)
from bench.server_goals import goals, ratio
from bench.server_plot import rate_figure
from bench.server_report import render, to_json, to_markdown
from bench.server_results import HalfLoad, Results, Row, Turn
from bench.server_traffic import BATCH, SINGLE
from bench.timing import Machine
from train.plots import write_svg

MACHINE = Machine("processor", 2, 1, 0.5, "Linux", "3.11.7", {"onnxruntime": "1.31.1"})
HALF = HalfLoad(rate=3000, p50=0.3, p90=0.5, p99=2.0, requests=60_000, errors=0)


def row(server: str, rate: float, kind: str = SINGLE, errors: int = 0) -> Row:
    rates = (rate, rate * 1.5, 1.0)  # the median is the first
    turns = tuple(Turn(each, 1.0, 5.0, 1000, 0, 0.4, 160) for each in rates)
    return Row(
        server, kind, 1 if kind == SINGLE else 32, (*turns[:2], replace(turns[2], errors=errors))
    )


def results(*rows: Row, half: HalfLoad | None = HALF, **absent: str) -> Results:
    return Results(
        machine=MACHINE,
        date="2026-01-31",
        server_core=1,
        generator_core=0,
        seconds=3,
        connections=8,
        absent=absent,
        servers={name: f"the {name}" for name in NAMES},
        descriptions={name: f"{name} | started" for name in NAMES},
        versions={name: {"library": "1.2.3"} for name in NAMES},
        rows=rows,
        half_load=half,
        service_ms=(0.2, 0.25),
    )


GOOD = results(
    row(FINTONE, 6000),
    row(FINTONE, 625, BATCH),
    row(STARLETTE, 12_000),
    row(FASTAPI, 2000),
    row(LITSERVE, 1200),
    row(MLSERVER, 1200),
    row(BENTOML, 600),
    row(OLD, 60),
)


def test_goals_hold_at_their_bounds():
    assert [goal.holds for goal in goals(GOOD)] == [True] * 9


@pytest.mark.parametrize(
    ("server", "rate", "part"),
    [
        (STARLETTE, 12_001, "0.5 x the starlette"),
        (FASTAPI, 2001, "3 x the fastapi"),
        (LITSERVE, 1201, "5 x the litserve"),
        (MLSERVER, 1201, "5 x the mlserver"),
        (BENTOML, 601, "10 x the bentoml"),
        (OLD, 61, "100 x the old"),
    ],
)
def test_a_server_that_is_too_fast_makes_us_miss_its_goal(server: str, rate: float, part: str):
    found = goals(results(row(FINTONE, 6000), row(server, rate)))
    assert [goal.goal for goal in found if not goal.holds] == [f"single texts: at least {part}"]


@pytest.mark.parametrize(
    ("found", "part"),
    [
        (results(row(FINTONE, 1), half=replace(HALF, p99=2.01)), "p99 at half load"),
        (results(row(FINTONE, 624, BATCH)), "batches of 32"),
        (results(row(FINTONE, 1, errors=1)), "no error"),
        (results(row(FINTONE, 1), half=replace(HALF, errors=1)), "no error"),
    ],
)
def test_a_goal_of_our_own_beyond_its_bound_is_missed(found: Results, part: str):
    (missed,) = [goal for goal in goals(found) if not goal.holds]
    assert missed.goal.startswith(part)


def test_what_was_not_measured_is_not_judged():
    failed = Row(BENTOML, SINGLE, 1, (), "it ended")
    assert goals(results(row(STARLETTE, 1), failed, half=None)) == ()
    assert ratio(results(row(FINTONE, 1), failed), BENTOML, SINGLE) is None


def test_the_terminal_has_all_figures_and_says_what_went_wrong():
    failed = Row(BENTOML, SINGLE, 1, (), "it ended")
    found = results(
        row(FINTONE, 6000), row(MLSERVER, 1500, errors=3), failed, Another="not measured, lost"
    )
    printed = render(found)
    assert "  Another: not measured, lost" in printed
    assert re.search(r"the mlserver +1,500 +4\.00 x +1\.00 +5\.00 +160 +40%", printed)
    assert "the bentoml, single text: it ended" in printed
    assert "the mlserver, single text: 3 requests were answered wrongly or not at all" in printed
    assert "  MISSED  single texts: at least 5 x the mlserver: 4.00 x" in printed
    assert "library 1.2.3" in printed
    assert "Batches" not in printed


def test_the_page_has_the_goals_the_tables_and_the_method():
    page = to_markdown(GOOD)
    assert page.startswith("# The server under load, beside others\n")
    assert "| p99 at half load at most 2 ms | holds | 2.00 ms at 3,000 requests/s |" in page
    assert "| the bentoml | 600 | 10.00 x | 1.00 | 5.00 | 160 | 40% |" in page
    assert "| the fintone | 625 | 20,000 | 1.00 x |" in page
    assert "| the old | old \\| started | library 1.2.3 |" in page
    assert "turns of 3 s, 3 rounds." in page
    assert "](server.svg)" in page
    assert "[[" not in page
    assert "\n\n\n" not in page


def test_what_the_page_says_of_the_method_is_so():
    page = " ".join(to_markdown(GOOD).split())
    assert f"asks over {server_wrk.CONNECTIONS} connections" in page
    assert f"over up to {server_pace.CONNECTIONS} connections" in page
    (names,) = re.findall(r"--only (\S+) ", page)
    assert set(names.split(",")) <= set(NAMES)


def test_the_page_says_what_was_not_measured():
    page = to_markdown(results(row(FINTONE, 1), half=None))
    assert page.count("_Not measured in this run._") == 2


def test_json_has_each_turn_the_goals_and_the_times_that_the_plan_reads():
    document = json.loads(to_json(GOOD))
    assert document["service_ms"] == [0.2, 0.25]
    assert document["rows"][0]["turns"][1]["rate"] == 9000
    assert [goal["goal"] for goal in document["goals"]] == [goal.goal for goal in goals(GOOD)]


@pytest.mark.parametrize("found", [GOOD, results()], ids=["good", "empty"])
def test_the_figure_can_be_drawn(found: Results, tmp_path: Path):
    write_svg(rate_figure(found), tmp_path / "figure.svg")
    drawn = (tmp_path / "figure.svg").read_text()
    assert all(found.servers[each.server] in drawn for each in found.rows)
