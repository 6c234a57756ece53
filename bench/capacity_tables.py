"""The tables of the capacity plan, for the terminal and for the page alike."""

from collections.abc import Iterator, Mapping
from dataclasses import fields

from bench.capacity_aws import Assumptions, Aws, Figure, Limits, Prices
from bench.capacity_old import Explanation
from bench.capacity_plan import Answer, Plan
from bench.capacity_results import Comparison
from bench.load_old import OLD_RUNS

Cells = list[tuple[str, ...]]

_HEADER = ("p50 ms", "p99 ms", "cold starts", "at work", "USD a million", "USD a month", "")


def answers(plan: Plan) -> Cells:
    """Return what each memory size and way to start does."""
    rows: Cells = [("memory", "start", "answered", *_HEADER)]
    rows += [(f"{a.setting.memory:,} MB", a.setting.mode, *_answer(a)) for a in plan.answers]
    return rows


def shapes(found: Mapping[str, Answer]) -> Cells:
    """Return what one setting does under each shape of arrivals."""
    rows: Cells = [("arrivals", "requests", "answered", *_HEADER)]
    rows += [(shape, f"{a.offered:,}", *_answer(a)) for shape, a in found.items()]
    return rows


def parts(plan: Plan) -> Cells:
    """Return what a month is made of, on demand, in US dollars."""
    rows: Cells = [("memory", "requests", "work", "starts", "log", "all")]
    for a in plan.answers:
        if a.setting.mode == "on demand":
            c = a.cost
            sums = (c.requests, c.work, c.starts, c.log, c.month)
            rows.append((f"{a.setting.memory:,} MB", *(f"{each:,.0f}" for each in sums)))
    return rows


def fleets(found: tuple[Comparison, ...]) -> Cells:
    """Return real fleets beside simulated ones."""
    rows: Cells = [("users", "requests", "", "answered", "throttled", "p50 ms", "p99 ms")]
    for each in found:
        for name, f in (("real", each.real), ("simulated", each.simulated)):
            head = (str(each.users), f"{f.requests:,}") if name == "real" else ("", "")
            figures = (f"{f.throttled:,}", f"{f.p50 * 1e3:.0f}", f"{f.p99 * 1e3:.0f}")
            rows.append((*head, name, _percent(f.success), *figures))
        errors = (f"{each.p50_error * 100:+.0f} %", f"{each.p99_error * 100:+.0f} %")
        points = f"{each.success_error * 100:+.1f} points"
        rows.append(("", "", "error", points, "", *errors))
    return rows


def old(found: tuple[Explanation, ...]) -> Cells:
    """Return explanations of the old service's two tests, the reported figures first."""
    rows: Cells = [
        (
            *("environments", "a request", "a start"),
            *(f"{test.requests:,} requests at {test.rate:g}/s" for test in OLD_RUNS),
            *("mean latency", "error"),
        ),
        ("reported", "", "", *(_percent(test.success) for test in OLD_RUNS), "0.73 to 1.28 s", ""),
    ]
    for each in found:
        latencies = sorted({f"{latency:.2f}" for latency in each.latency})
        rows.append(
            (
                *(str(each.environments), f"{each.seconds:.2f} s"),
                f"{each.start:.1f} s" if each.start else "none",
                *map(_percent, each.success),
                *(" to ".join(latencies) + " s", f"{each.error * 100:.1f} points"),
            )
        )
    return rows


def figures(aws: Aws) -> Cells:
    """Return prices, limits and assumptions with their sources."""
    rows: Cells = [("figure", "value", "of what", "as of")]
    groups: tuple[Prices | Limits | Assumptions, ...] = (aws.prices, aws.limits, aws.assumptions)
    for group in groups:
        rows += [
            (_linked(name, figure), f"{figure.value:.10g}", figure.unit, figure.as_of)
            for name, figure in _named(group)
        ]
    return rows


def _named(group: Prices | Limits | Assumptions) -> Iterator[tuple[str, Figure]]:
    for entry in fields(group):
        yield entry.name, getattr(group, entry.name)


def _linked(name: str, figure: Figure) -> str:
    target = figure.source.removeprefix("docs/")
    return f"[{name.replace('_', ' ')}]({target})"


def _answer(a: Answer) -> Iterator[str]:
    yield _percent(a.success)
    yield f"{a.p50 * 1e3:.1f}"
    yield f"{a.p99 * 1e3:.1f}"
    yield _percent(a.cold)
    yield f"{a.peak:,}"
    yield f"{a.cost.per_million:.2f}"
    yield f"{a.cost.month:,.0f}"
    yield "" if a.holds else "misses"


def _percent(share: float) -> str:
    # 99.997 % is not 100 %.
    return f"{int(share * 1e4 + 1e-9) / 100:.2f} %"
