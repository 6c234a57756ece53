"""docs/capacity.md says what docs/capacity.json has, and its statements hold there."""

import msgspec
import pytest

from bench.capacity_plan import Answer
from bench.capacity_report import to_markdown
from bench.capacity_results import Results
from bench.capacity_run import read_measurement
from tests.bench.capacity_samples import AWS, ROOT

JSON = ROOT / "docs" / "capacity.json"
PAGE = (ROOT / "docs" / "capacity.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def results() -> Results:
    return msgspec.json.decode(JSON.read_bytes(), type=Results)


def on_demand(results: Results) -> dict[int, Answer]:
    rows = results.plan.answers
    return {a.setting.memory: a for a in rows if a.setting.mode == "on demand"}


def test_the_page_is_made_of_the_figures(results: Results):
    assert to_markdown(results, read_measurement(JSON), AWS) == PAGE


def test_the_plan_is_for_10000_requests_a_second_and_meets_it(results: Results):
    assert results.plan.question.rate == 10_000
    assert results.plan.account == 1000
    assert results.plan.best is not None


def test_all_that_is_lost_is_lost_in_the_beginning(results: Results):
    for answer in on_demand(results).values():
        assert sum(answer.begin) == answer.throttled


def test_a_ramp_loses_nothing(results: Results):
    assert results.shapes["ramp"].throttled == 0


def test_a_few_provisioned_environments_help_little(results: Results):
    for answer in results.plan.answers:
        if answer.setting.provisioned:
            plain = on_demand(results)[answer.setting.memory]
            assert answer.success < plain.success + 0.002


def test_snapstart_makes_it_worse_from_some_size_on(results: Results):
    plain = on_demand(results)
    worse = [
        a.success < plain[a.setting.memory].success
        for a in results.plan.answers
        if a.setting.snapstart
    ]
    assert worse == sorted(worse)
    assert worse[-1]


def test_memory_hardly_matters_for_the_price_which_is_log_and_requests(results: Results):
    rows = list(on_demand(results).values())
    for row in rows:
        assert row.cost.log + row.cost.requests > 0.75 * row.cost.month
    prices = [row.cost.per_million for row in rows]
    assert max(prices) < 1.2 * min(prices)


def test_the_simulation_is_close_to_real_fleets():
    for each in read_measurement(JSON).fleets:
        assert abs(each.success_error) < 0.05
        assert abs(each.p50_error) < 0.25
        assert abs(each.p99_error) < 0.25
