"""Prices, limits, what a setting costs, and that the CDK takes it."""

import re
import shlex
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.capacity_aws import Figure, read_aws
from bench.capacity_cost import Cost, cost
from bench.capacity_setting import CapacityError, Setting, rules_of
from bench.capacity_simulation import Draws, simulate
from cdk.settings import Settings

AWS = read_aws()
PLAIN = Setting(1024, 100)
MONTH = AWS.assumptions.month.value


def figures() -> list[Figure]:
    groups = (AWS.prices, AWS.limits, AWS.assumptions)
    return [getattr(group, each.name) for group in groups for each in fields(group)]


def cost_of(requests: int, setting: Setting = PLAIN, work: float = 0.0101) -> Cost:
    draws = Draws(np.full(requests, work), np.full(requests, 0.4))
    times = np.arange(float(requests))
    return cost(simulate(rules_of(setting, 1000, AWS), times, draws), setting, MONTH, AWS)


def test_every_figure_says_of_when_and_where_it_is():
    for figure in figures():
        assert figure.value >= 0
        assert figure.unit
        assert figure.as_of
        assert re.match(r"https://|docs/", figure.source)


def test_prices_are_those_of_the_deployment_page():
    page = (Path(__file__).parents[2] / "docs" / "deploy.md").read_text(encoding="utf-8")
    names = ("request", "x86_64", "provisioned_x86_64", "provisioned_work_x86_64")
    for name in (*names, "snapshot", "restore"):
        assert f"{getattr(AWS.prices, name).value:.10f}".rstrip("0") in page, name


def test_invocations_are_billed_in_whole_milliseconds():
    found = cost_of(1000)
    assert found.requests == pytest.approx(1000 * 0.0000002)
    assert found.work == pytest.approx(1000 * 0.011 * 0.0000166667)
    assert cost_of(1000, work=0.011).work == pytest.approx(found.work)


def test_provisioned_environments_are_paid_for_and_make_work_cheaper():
    found = cost_of(1000, replace(PLAIN, provisioned=2))
    assert found.provisioned == pytest.approx(2 * MONTH * 0.0000041667)
    assert found.work == pytest.approx(1000 * 0.011 * 0.0000097222)
    assert found.starts == 0


def test_snapshots_are_paid_for():
    found = cost_of(1000, replace(PLAIN, snapstart=True))
    assert found.snapshots == pytest.approx(MONTH * 0.0000015046)
    assert found.starts == pytest.approx(MONTH / 7200 * 0.0001397998)


@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from([128, 1769, 10240]))
def test_more_requests_never_cost_less(one: int, more: int, memory: int):
    setting = replace(PLAIN, memory=memory)
    fewer, greater = cost_of(one, setting), cost_of(one + more, setting)
    assert greater.month > fewer.month
    assert greater.millions > fewer.millions


@pytest.mark.parametrize(
    "setting",
    [
        PLAIN,
        Setting(512, None, timeout=30),
        replace(PLAIN, provisioned=100),
        replace(PLAIN, snapstart=True),
        replace(PLAIN, architecture="arm64"),
    ],
)
def test_the_cdk_takes_the_settings(setting: Setting):
    arguments = shlex.split(setting.command())[2].removeprefix("ARGS=").split()
    given_context = dict(each.split("=", 1) for each in arguments if each != "-c")
    found = Settings.read(given_context, {})
    assert given_context == setting.context()
    assert (found.memory, found.timeout) == (setting.memory, setting.timeout)
    assert found.reserved_concurrency == setting.reserved
    assert found.provisioned_concurrency == setting.provisioned
    assert found.snapstart == setting.snapstart
    assert found.architecture == setting.architecture


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        (replace(PLAIN, memory=100), "no size of Lambda's"),
        (replace(PLAIN, reserved=901), "cannot be reserved in an account of 1000"),
        (replace(PLAIN, snapstart=True, provisioned=1), "exclude each other"),
        (replace(PLAIN, provisioned=101), "more than the limit"),
    ],
)
def test_what_aws_refuses_is_one_sentence(setting: Setting, sentence: str):
    with pytest.raises(CapacityError, match=sentence) as raised:
        rules_of(setting, 1000, AWS)
    assert str(raised.value).count(".") == 1
