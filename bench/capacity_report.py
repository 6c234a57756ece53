"""The plan for people: as tables for a terminal, as the page docs/capacity.md, and as JSON."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import fmean

import msgspec

from bench import capacity_tables as tables
from bench.capacity_aws import Aws
from bench.capacity_plan import Plan
from bench.capacity_results import Measurement, Results
from bench.capacity_tables import Cells
from train.display import table

PAGE, JSON, SVG = "capacity.md", "capacity.json", "capacity.svg"

_TEMPLATE = Path(__file__).with_name("capacity_page.md")
_SLOT = re.compile(r"\[\[(\w+)\]\]")
_NUMBERS = re.compile(rb"\[[-\d.,e\s]+\]")  # they would take a line each


def to_json(results: Results, measurement: Measurement) -> bytes:
    """Return all figures as indented JSON; `service_ms` on top, where `--service` looks for it."""
    document = msgspec.to_builtins(measurement) | msgspec.to_builtins(results)
    indented = msgspec.json.format(msgspec.json.encode(document), indent=2)
    return _NUMBERS.sub(lambda found: b" ".join(found[0].split()), indented) + b"\n"


def render(plan: Plan, aws: Aws) -> str:
    """Lay a plan out for a terminal."""
    lines = [asked(plan), table(tables.answers(plan)), *notes(plan, aws), chosen(plan)]
    return "\n\n".join(lines) + "\n"


def asked(plan: Plan) -> str:
    """Say what was asked."""
    q = plan.question
    return (
        f"{q.rate:,g} requests/s ({q.shape}) for {q.seconds:g} s, beginning with no environment, in"
        f" an account of {q.account:,}: {q.success * 100:g} % answered, p99 {q.p99 * 1e3:g} ms."
    )


def notes(plan: Plan, aws: Aws) -> list[str]:
    """Say what else the question takes: limits that a table of settings does not show."""
    spare = int(aws.limits.unreserved.value)
    found = []
    if plan.account > plan.question.account:
        found.append(
            f"The rate alone takes an account of {plan.account:,} environments: Lambda takes"
            f" {aws.limits.requests_per_environment.value:g} requests a second for each of the"
            f" limit. Ask for more, or send batches."
        )
    if plan.account + spare > plan.question.account:
        found.append(
            f"To reserve {plan.account:,} environments, or to provision as many, the account has to"
            f" allow {plan.account + spare:,}."
        )
    return found


def chosen(plan: Plan) -> str:
    """Say which setting to deploy, or that none will do."""
    if plan.best is None:
        return "No setting meets this: ask for less, allow more memory sizes or a larger account."
    return f"The cheapest that meets this:\n\n  {plan.best.setting.command()}"


def to_markdown(results: Results, measurement: Measurement, aws: Aws) -> str:
    """Write the page docs/capacity.md, beside which the plot and the JSON lie."""
    slots = _slots(results, measurement, aws)
    return _SLOT.sub(lambda found: slots[found[1]](), _TEMPLATE.read_text(encoding="utf-8"))


def _slots(results: Results, measurement: Measurement, aws: Aws) -> Mapping[str, Callable[[], str]]:
    plan, old, found = results.plan, results.old, measurement
    best = old.explanations[0]
    machine = found.machine
    fleet = found.fleet_plan
    return {
        "asked": lambda: asked(plan),
        "notes": lambda: "\n".join(f"- {note}" for note in notes(plan, aws)),
        "chosen": lambda: _deployed(plan),
        "work": lambda: f"{fmean(found.service_ms):.2f}",
        "at_work": lambda: f"{plan.question.rate * fmean(found.service_ms) / 1e3:.0f}",
        "rate": lambda: f"{plan.question.rate:,g}",
        "limit": lambda: f"{plan.account:,}",
        "memory": lambda: f"{(plan.best or plan.answers[0]).setting.memory:,}",
        "all_provisioned": lambda: f"{_all_provisioned(plan, aws):,.0f}",
        "restore": lambda: f"{aws.assumptions.restore.value:g}",
        "snapstart_worse": lambda: _snapstart_worse(plan),
        "answers": lambda: markdown(tables.answers(plan)),
        "roomy_account": lambda: f"{results.roomy.question.account:,}",
        "roomy_answers": lambda: markdown(tables.answers(results.roomy)),
        "roomy_chosen": lambda: _deployed(results.roomy),
        "shapes": lambda: markdown(tables.shapes(results.shapes)),
        "parts": lambda: markdown(tables.parts(plan)),
        "fleets": lambda: markdown(tables.fleets(found.fleets)),
        "fleet": lambda: (
            f"{fleet.environments} environments, {fleet.seconds} s a run, users who pause"
            f" {fleet.pause * 1e3:g} ms on average, a function that waits {fleet.wait * 1e3:g} ms"
        ),
        "fleet_errors": lambda: _fleet_errors(found),
        "old": lambda: markdown(tables.old((*old.explanations, old.started))),
        "old_error": lambda: f"{best.error * 100:.1f}",
        "old_environments": lambda: str(best.environments),
        "old_seconds": lambda: f"{best.seconds:.2f}",
        "old_most": lambda: f"{best.environments / best.seconds:.0f}",
        "old_measured": lambda: ", ".join(
            f"{warm * 1e3:.0f} ms at {memory:,} MB"
            for memory, (_, warm) in sorted(old.measured.items())
        ),
        "old_ours": lambda: " and ".join(f"{share * 100:g} %" for share in old.ours),
        "old_ours_ms": lambda: f"{old.ours_seconds * 1e3:.2f}",
        "speed": lambda: f"{results.speed:,.0f}",
        "samples": lambda: f"{len(found.service_ms):,}",
        "date": lambda: found.date,
        "machine": lambda: (
            f"{machine.processor}, {machine.cores} cores, load {machine.load:.1f} before;"
            f" {machine.system}; Python {machine.python}"
        ),
        "region": lambda: f"{aws.region}, read on {aws.read}",
        "figures": lambda: markdown(tables.figures(aws)),
    }


def _deployed(plan: Plan) -> str:
    if plan.best is None:
        return chosen(plan)
    return f"```sh\n{plan.best.setting.command()}\n```"


def _all_provisioned(plan: Plan, aws: Aws) -> float:
    """Return the dollars a month of keeping as many environments as the rate alone takes."""
    gigabytes = (plan.best or plan.answers[0]).setting.memory / 1024
    price = aws.prices.provisioned_x86_64.value
    return plan.account * gigabytes * aws.assumptions.month.value * price


def _snapstart_worse(plan: Plan) -> str:
    """Return the smallest memory size at which a snapshot loses requests; a dash for none."""
    plain = {a.setting.memory: a.success for a in plan.answers if a.setting.mode == "on demand"}
    worse = [
        a.setting.memory
        for a in plan.answers
        if a.setting.snapstart and a.success < plain[a.setting.memory]
    ]
    return f"{min(worse):,}" if worse else "-"


def _fleet_errors(found: Measurement) -> str:
    points = max(abs(each.success_error) for each in found.fleets) * 100
    p50 = max(abs(each.p50_error) for each in found.fleets) * 100
    p99 = max(abs(each.p99_error) for each in found.fleets) * 100
    return (
        f"at most {points:.1f} points in what is answered, {p50:.0f} % in p50, {p99:.0f} % in p99"
    )


def markdown(rows: Cells) -> str:
    """Lay out a table, its header first."""
    header, *body = (tuple(cell.replace("|", "\\|") for cell in row) for row in rows)
    lines = [f"| {' | '.join(header)} |", "|---" * len(header) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in body)])
