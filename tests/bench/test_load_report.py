"""What `make load-report` prints and writes, from figures that are made up."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bench.load_goals import fit, goals
from bench.load_plot import latency_figure, memory_figure, throughput_figure
from bench.load_report import from_json, render, to_json, to_markdown
from bench.load_results import LEAN, LOCUST, Cell, Moment, Overload, Results, Sample, Stream
from bench.timing import Machine
from train.plots import write_svg

MACHINE = Machine("processor", 2, 0, 0.5, "Linux", "3.11.7", {"locust": "2.47.0"})


def cell(generator: str, requests: int, clients: int, answered: int | None = None) -> Cell:
    found = requests if answered is None else answered
    return Cell(generator, requests, clients, found, 3, 2.0, 0.4, 1200.0, 0.25, 0.99)


def stream(rate: float = 9000, p99: float = 5.0, **changes: object) -> Stream:
    seconds = 60
    moments = tuple(Moment(float(at), rate, 0.0, 1.0, 2.0) for at in range(seconds))
    samples = tuple(Sample(float(at), 100.0) for at in range(seconds))
    answered = round(rate * seconds)
    good = Stream(
        *(rate, seconds, answered, 0, {}, 0, 0.5, p99, 3.0, 1.2, 0.5, 1.0),
        moments=moments,
        samples=samples,
    )
    return replace(good, **changes)


OVERLOAD = Overload(3000, stream(300, p99=1.0), stream(answered=200_000, shed=340_000))
GOOD = Results(
    MACHINE,
    {"service": 1, "generator": 0},
    {"requests": "2026-01-31", "overload": "2026-01-30"},
    tuple(cell(each, n, c) for n in (1000, 10_000) for c in (1, 1000) for each in (LEAN, LOCUST)),
    overload=OVERLOAD,
    mixed=OVERLOAD,
    soak=stream(1000),
)


def judged(found: Results, part: str) -> list[bool]:
    return [goal.holds for goal in goals(found) if part in goal.goal]


def overloaded(**changes: object) -> Results:
    return replace(GOOD, overload=replace(OVERLOAD, **changes), mixed=None)


def grown(by: float) -> Results:
    samples = tuple(Sample(float(at), 100 + by * at / 60) for at in range(61))
    return replace(GOOD, soak=stream(1000, samples=samples))


def test_goals_hold_at_their_bounds():
    assert [goal.goal for goal in goals(GOOD) if not goal.holds] == []
    assert len(goals(GOOD)) == 10


@pytest.mark.parametrize(
    ("found", "part"),
    [
        (replace(GOOD, cells=(cell(LEAN, 1000, 1, answered=999),)), "1,000 requests"),
        (overloaded(capacity=3100), "is offered indeed"),
        (overloaded(overloaded=replace(OVERLOAD.overloaded, unsent=1)), "is offered indeed"),
        (overloaded(overloaded=replace(OVERLOAD.overloaded, failed={"x": 1})), "no error"),
        (overloaded(overloaded=replace(OVERLOAD.overloaded, p99=5.1)), "p99"),
        (replace(GOOD, soak=stream(1000, shed=1)), "every request"),
        (grown(1.3), "memory"),
    ],
)
def test_a_goal_beyond_its_bound_is_missed(found: Results, part: str):
    assert judged(found, part) == [False]


def test_memory_that_shrinks_is_flat():
    assert judged(grown(-20), "memory") == [True]


def test_the_first_fifth_of_a_soak_is_left_out_of_the_line():
    warming = [Sample(float(at), 50.0 if at < 12 else 100.0) for at in range(61)]
    line = fit(warming)
    assert line is not None
    assert (round(line.growth, 6), round(line.first, 6), line.start) == (0, 100, 12)


def test_a_line_is_measured_in_mebibytes_an_hour():
    samples = grown(1).soak
    assert samples is not None
    line = fit(samples.samples)
    assert line is not None
    assert round(line.slope, 6) == 60


def test_a_part_that_is_not_measured_has_no_goal():
    nothing = replace(GOOD, cells=(), overload=None, mixed=None, soak=None)
    assert goals(nothing) == ()
    assert to_markdown(nothing).count("Not measured yet.") == 3
    assert fit(()) is None


def test_the_page_has_both_services_the_goals_and_the_method():
    page = to_markdown(GOOD)
    assert page.startswith("# Under load\n")
    assert "| 1,000 | old, on Lambda | - | 93.8 % | 36.6 | 0.73 to 1.28 s on average |" in page
    assert "| 10,000 | old, on Lambda | - | 71.1 % | 55.3 | 0.73 to 1.28 s on average |" in page
    row = "| 1,000 | this one, on one core | 1,000 | 100 % | 500 | p50 0.4 ms, p99 1,200 ms |"
    assert row in page
    assert "service on core 1, generator on core 0" in page
    assert "| 25 % | 99 % |" in page
    assert "2026-01-31" in page
    assert "## How it was measured" in page
    assert "\n\n\n" not in page


def test_the_page_links_what_is_written_beside_it():
    linked = set(re.findall(r"\]\(([\w.-]+)\)", to_markdown(GOOD)))
    assert linked == {
        *("load-test.json", "load-throughput.svg", "load-latency.svg", "load-memory.svg"),
    }


def test_a_success_that_is_almost_complete_is_not_rounded_up():
    almost = replace(GOOD, cells=(cell(LOCUST, 10_000, 1, answered=9999),))
    assert "| 99.99 % |" in to_markdown(almost)


def test_the_terminal_has_the_goals():
    assert "  holds   soak: every request answered: 60,000 answered" in render(GOOD)
    assert "1,200" in render(GOOD)


def test_json_has_it_all_and_can_be_read_again():
    document = json.loads(to_json(GOOD))
    assert [goal["goal"] for goal in document["goals"]] == [goal.goal for goal in goals(GOOD)]
    assert from_json(to_json(GOOD)) == GOOD


@pytest.mark.parametrize("found", [GOOD, replace(GOOD, overload=None, mixed=None)])
@pytest.mark.parametrize("figure", [throughput_figure, latency_figure, memory_figure])
def test_the_figures_can_be_drawn(found: Results, figure, tmp_path: Path):  # noqa: ANN001 - three
    write_svg(figure(found), tmp_path / "figure.svg")
    assert "<svg" in (tmp_path / "figure.svg").read_text()
