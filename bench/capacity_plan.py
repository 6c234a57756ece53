"""Which setting serves the traffic that is expected, and what it costs."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from bench.capacity_arrivals import Floats, arrivals
from bench.capacity_aws import Aws
from bench.capacity_cost import Cost, cost
from bench.capacity_fleet import THROTTLED
from bench.capacity_measured import Measured
from bench.capacity_question import Question
from bench.capacity_setting import Setting, rules_of
from bench.capacity_simulation import Outcome, Progress, simulate

Say = Callable[[str], None]

BEGIN_SECONDS, BEGIN_STEPS = 2.0, 20

_EVERY = 2.0  # seconds between two signs of progress
_SPARE = 2.0  # provisioned environments for each that is at work on average


@dataclass(frozen=True, slots=True)
class Answer:
    """What one setting does with the traffic; times in seconds, shares from 0 to 1.

    `begin` counts those that were throttled in each tenth of a second of the first two.
    """

    setting: Setting
    success: float
    p50: float
    p99: float
    cold: float
    peak: int
    offered: int
    throttled: int
    timed_out: int
    cost: Cost
    holds: bool
    begin: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All settings that were tried; the cheapest that holds, with no more reserved than it needs.

    Attributes:
        question: what was asked.
        answers: with the account's limit alone, for each memory size and way to start.
        best: the cheapest that holds; None: none does.
        account: environments that the account must allow for the rate alone.
    """

    question: Question
    answers: tuple[Answer, ...]
    best: Answer | None
    account: int


class _Counter:
    """Says how many requests have been simulated, every other second."""

    def __init__(self, total: int, say: Say) -> None:
        self._total = total
        self._say = say
        self._done = 0
        self._said = time.monotonic()

    def __call__(self, count: int) -> None:
        self._done += count
        if time.monotonic() > self._said + _EVERY:
            self._said = time.monotonic()
            self._say(f"  {self._done:,} of {self._total:,} requests")


def plan(question: Question, measured: Measured, aws: Aws, say: Say) -> Plan:
    """Simulate every memory size and way to start, and choose.

    Raises:
        CapacityError: AWS would refuse a memory size.
    """
    times = arrivals(
        question.shape, question.rate, question.seconds, np.random.default_rng(question.seed)
    )
    settings = list(_settings(question, measured, aws))
    answers = []
    for number, setting in enumerate(settings, 1):
        say(f"{number} of {len(settings)}: {setting.memory} MB, {setting.mode}")
        answers.append(answer(question, setting, times, measured, aws, _Counter(len(times), say)))
    holding = [each for each in answers if each.holds]
    best = None
    if holding:
        cheapest = min(holding, key=lambda each: each.cost.per_million)
        best = _with_fewest_reserved(question, cheapest, times, measured, aws, say)
    needed = math.ceil(question.rate / aws.limits.requests_per_environment.value)
    return Plan(question, tuple(answers), best, needed)


def answer(
    question: Question,
    setting: Setting,
    times: Floats,
    measured: Measured,
    aws: Aws,
    progress: Progress = lambda count: None,
) -> Answer:
    """Simulate one setting under requests at given times (s)."""
    random = np.random.default_rng(question.seed + 1)
    draws = measured.draw(setting, len(times), aws, random)
    rules = rules_of(setting, question.account, aws)
    outcome = simulate(rules, times, draws, progress)
    return _judge(question, setting, outcome, aws)


def _judge(question: Question, setting: Setting, outcome: Outcome, aws: Aws) -> Answer:
    p99 = outcome.percentile(99)
    early = outcome.times[outcome.fates == THROTTLED]
    return Answer(
        setting=setting,
        success=outcome.success,
        p50=outcome.percentile(50),
        p99=p99,
        cold=outcome.cold,
        peak=outcome.peak,
        offered=outcome.offered,
        throttled=outcome.throttled,
        timed_out=outcome.timed_out,
        cost=cost(outcome, setting, question.seconds, aws),
        holds=outcome.success >= question.success and p99 <= question.p99,
        begin=tuple(np.histogram(early, BEGIN_STEPS, (0, BEGIN_SECONDS))[0].tolist()),
    )


def _settings(question: Question, measured: Measured, aws: Aws) -> Iterator[Setting]:
    """Yield what is tried: on demand, SnapStart, a few provisioned, as many as the rate takes."""
    highest = question.account - int(aws.limits.unreserved.value)
    for memory in question.memories:
        plain = Setting(memory, None, timeout=question.timeout, architecture=question.architecture)
        yield plain
        yield replace(plain, snapstart=True)
        at_work = question.rate * float(measured.works.mean()) / aws.share(memory)
        few = math.ceil(_SPARE * at_work)
        all_of_it = math.ceil(question.rate / aws.limits.requests_per_environment.value)
        for units in sorted({few, all_of_it}):
            if units <= highest:
                yield replace(plain, provisioned=units)


def _with_fewest_reserved(
    question: Question, found: Answer, times: Floats, measured: Measured, aws: Aws, say: Say
) -> Answer:
    """Return it with the fewest reserved environments with which it holds; found by halving.

    More of them never serve fewer requests (tests/bench/test_capacity_fleet.py). Where even as
    many as may be reserved do not do, none are, and the account's limit is the bound.
    """
    low = max(1, found.setting.provisioned)
    high = question.account - int(aws.limits.unreserved.value)
    best, middle = found, high
    while low <= middle <= high:
        say(f"reserving {middle} environments")
        setting = replace(found.setting, reserved=middle)
        tried = answer(question, setting, times, measured, aws, _Counter(len(times), say))
        if tried.holds:
            best, high = tried, middle - 1
        elif best is found:
            break
        else:
            low = middle + 1
        middle = (low + high) // 2
    return best
