"""Which setting is chosen, from small traffic and times that are made up."""

from dataclasses import replace

import numpy as np
import pytest

from bench.capacity_arrivals import arrivals
from bench.capacity_plan import Plan, answer
from bench.capacity_report import render
from bench.capacity_setting import CapacityError, Setting
from tests.bench.capacity_samples import AWS, MEASURED, QUESTION, answered


@pytest.fixture(scope="module")
def found() -> Plan:
    return answered(QUESTION)


def test_the_cheapest_that_holds_is_chosen(found: Plan):
    assert found.best is not None
    assert found.best.holds
    holding = [each.cost.per_million for each in found.answers if each.holds]
    assert found.best.cost.per_million == pytest.approx(min(holding), rel=0.01)


def test_no_more_is_reserved_than_it_needs(found: Plan):
    assert found.best is not None
    needed = found.best.setting.reserved
    assert needed is not None
    fewer = replace(found.best.setting, reserved=needed - 1)
    times = arrivals("poisson", 100, 10, np.random.default_rng(QUESTION.seed))
    assert not answer(QUESTION, fewer, times, MEASURED, AWS).holds


def test_every_memory_size_is_tried_in_every_way(found: Plan):
    tried = [(each.setting.memory, each.setting.mode) for each in found.answers]
    for memory in QUESTION.memories:
        modes = [mode for size, mode in tried if size == memory]
        assert modes[:2] == ["on demand", "SnapStart"]
        assert modes[-1] == "10 provisioned"


def test_where_nothing_holds_there_is_no_setting():
    found = answered(replace(QUESTION, p99=0.0001))
    assert found.best is None
    assert "No setting meets this" in render(found, AWS)


def test_at_the_limit_of_an_account_nothing_is_reserved_and_the_plan_says_so():
    found = answered(replace(QUESTION, rate=1000, account=101, memories=(1769,), success=0.5))
    assert found.best is not None
    assert found.best.setting.reserved is None
    assert "the account has to allow 200" in render(found, AWS)


def test_times_are_scaled_to_the_share_of_a_vcpu_and_no_further():
    random = np.random.default_rng(0)
    halved = MEASURED.draw(Setting(884, None), 500, AWS, random)
    assert set(np.round(halved.works, 3)) == {0.004, 0.006}
    assert halved.starts == pytest.approx(0.125 + 0.201 / (884 / 1769))
    large = MEASURED.draw(Setting(3538, None), 500, AWS, random)
    assert set(large.works) == {0.002, 0.003}
    own = MEASURED.draw(Setting(512, None), 1, AWS, random)
    assert own.starts == pytest.approx(0.125 + 0.902)
    restored = MEASURED.draw(Setting(1769, None, snapstart=True), 1, AWS, random)
    assert restored.starts == pytest.approx(0.601)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rate": 0.0}, "--rps"),
        ({"seconds": float("nan")}, "--seconds"),
        ({"success": 1.1}, "--success"),
        ({"p99": -1.0}, "--p99"),
        ({"account": 0}, "--account"),
        ({"memories": ()}, "--memory"),
        ({"memories": (64,)}, "128 to 10240 MB"),
        ({"timeout": 901}, "--timeout"),
        ({"shape": "square"}, "--arrivals"),
        ({"rate": 1e9}, "take fewer --seconds"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(change: dict[str, object], sentence: str):
    with pytest.raises(CapacityError, match=sentence) as raised:
        replace(QUESTION, **change)
    assert str(raised.value).endswith(".")
    assert ". " not in str(raised.value)
