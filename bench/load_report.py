"""The figures of a run: as tables for a terminal, as a page for docs/, and as JSON."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from bench.load_goals import goals
from bench.load_old import OLD_LATENCY, OLD_RUNS
from bench.load_results import LOCUST, Cell, Results, Stream
from train.display import table

Rows = list[tuple[str, ...]]

_METHOD = Path(__file__).with_name("load_method.md")
_NOT_YET = "Not measured yet."
_CELL_HEAD = (
    *("requests", "clients", "generator", "answered", "a second", "p50, ms", "p99, ms"),
    *("sent again after 503", "CPU of generator", "CPU of service"),
)
_STREAM_HEAD = (
    *("", "offered a second", "seconds", "answered", "shed", "failed", "p50, ms", "p99, ms"),
    *("p99 of a 503, ms", "CPU of generator", "CPU of service"),
)


def to_json(results: Results) -> bytes:
    """Return all figures and the goals as indented JSON."""
    document = msgspec.to_builtins(results) | {"goals": msgspec.to_builtins(goals(results))}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def from_json(content: bytes) -> Results:
    """Read what `to_json` wrote.

    Raises:
        msgspec.DecodeError: it is something else.
    """
    return msgspec.json.decode(content, type=Results)


def render(results: Results) -> str:
    """Lay the figures out for a terminal."""
    judged = "\n".join(f"  {goal.line()}" for goal in goals(results))
    tables = [table(rows) for rows in (cell_rows(results), stream_rows(results)) if len(rows) > 1]
    return "\n\n".join([_machine(results), *tables, f"Goals\n{judged}"]) + "\n"


def to_markdown(results: Results) -> str:
    """Write the page docs/load-test.md, beside which the plots and the JSON lie."""
    return "\n\n".join(_parts(results)) + "\n"


def cell_rows(results: Results) -> Rows:
    """Return the table of waiting clients."""
    return [_CELL_HEAD, *(_cell_row(cell) for cell in results.cells)]


def stream_rows(results: Results) -> Rows:
    """Return the table of what is offered at a steady rate."""
    rows: Rows = [_STREAM_HEAD]
    for name, found in results.overloads():
        rows.append(_stream_row(f"unloaded, {name}", found.unloaded))
        rows.append(_stream_row(f"overload, {name}", found.overloaded))
    if results.soak:
        rows.append(_stream_row("soak", results.soak))
    return rows


def _parts(results: Results) -> Iterator[str]:
    yield "# Under load"
    yield "<!-- Written by `make load-report`; change bench/load_report.py instead. -->"
    yield (
        "One worker on one core of this machine, and the load generator on another."
        " All figures: [load-test.json](load-test.json)."
    )
    goal_rows = [(g.goal, "holds" if g.holds else "**missed**", g.figures) for g in goals(results)]
    yield markdown([("Goal", "", "Figures"), *goal_rows]) if goal_rows else _NOT_YET
    yield "## Beside the service that it replaces"
    yield _beside(results)
    yield "## 1,000 and 10,000 requests"
    if results.cells:
        yield _text("requests", results)
        yield markdown(cell_rows(results))
        yield "![Requests answered in a second, against clients](load-throughput.svg)"
    else:
        yield _NOT_YET
    yield "## At a steady rate"
    if any(results.overloads()) or results.soak:
        yield from _steady(results)
    else:
        yield _NOT_YET
    yield f"## How it was measured\n\n{_machine(results)}"
    yield _METHOD.read_text(encoding="utf-8").rstrip()


def _steady(results: Results) -> Iterator[str]:
    if any(results.overloads()):
        yield _text("overload", results) + " " + _capacities(results)
    if results.soak:
        yield _text("soak", results)
    yield markdown(stream_rows(results))
    yield "![Percentiles of the latency over time](load-latency.svg)"
    if results.soak:
        yield "![The service's memory over the soak](load-memory.svg)"


def _text(part: str, results: Results) -> str:
    words = {
        "requests": "Clients that wait for each answer before they send on, and send again what"
        " was answered with 503, after as long as Retry-After says",
        "overload": "Overload: three times as much as the service can answer, whether others have"
        " been answered or not; single texts, and nine of them to one batch of 32",
        "soak": "Soak: half of what it can answer, nine single texts to one batch of 32",
    }
    return f"{words[part]} ({results.dates.get(part, 'no date')})."


def _capacities(results: Results) -> str:
    each = [f"{found.capacity:,.0f} of {name}" for name, found in results.overloads()]
    return f"Requests that it answers in a second, to 64 waiting clients: {' and '.join(each)}."


def _beside(results: Results) -> str:
    rows: Rows = [("Requests", "Service", "Clients", "Answered", "A second", "Latency")]
    for run in OLD_RUNS:
        share = f"{100 * run.success:.1f} %"
        rate = f"{run.rate:g}"
        rows.append((f"{run.requests:,}", "old, on Lambda", "-", share, rate, OLD_LATENCY))
        cells = [cell for cell in results.rows(run.requests) if cell.generator == LOCUST]
        rows += [_beside_row(cell) for cell in cells]
    return markdown(rows)


def _beside_row(cell: Cell) -> tuple[str, ...]:
    return (
        f"{cell.requests:,}",
        "this one, on one core",
        f"{cell.concurrency:,}",
        f"{100 * cell.success:.4g} %",
        f"{cell.rate:,.0f}",
        f"p50 {milliseconds(cell.p50)} ms, p99 {milliseconds(cell.p99)} ms",
    )


def _cell_row(cell: Cell) -> tuple[str, ...]:
    return (
        f"{cell.requests:,}",
        f"{cell.concurrency:,}",
        cell.generator,
        f"{100 * cell.success:.4g} %",
        f"{cell.rate:,.0f}",
        milliseconds(cell.p50),
        milliseconds(cell.p99),
        f"{cell.shed:,}",
        f"{100 * cell.generator_cpu:.0f} %",
        f"{100 * cell.server_cpu:.0f} %",
    )


def _stream_row(name: str, stream: Stream) -> tuple[str, ...]:
    return (
        name,
        f"{stream.rate:,.0f}",
        f"{stream.seconds:g}",
        f"{stream.answered:,}",
        f"{stream.shed:,}",
        f"{sum(stream.failed.values()):,}",
        milliseconds(stream.p50),
        milliseconds(stream.p99),
        milliseconds(stream.shed_p99) if stream.shed else "-",
        f"{100 * stream.generator_cpu:.0f} %",
        f"{100 * stream.server_cpu:.0f} %",
    )


def _machine(results: Results) -> str:
    machine, cores = results.machine, results.cores
    packages = ", ".join(f"{name} {version}" for name, version in machine.packages.items())
    pinned = (
        "not pinned to cores"
        if cores["service"] is None
        else f"service on core {cores['service']}, generator on core {cores['generator']}"
    )
    return (
        f"{machine.processor}, {machine.cores} cores ({pinned}), load {machine.load:.1f} before;"
        f" {machine.system}; Python {machine.python}; {packages}."
    )


def milliseconds(value: float) -> str:
    """Write milliseconds with three digits; Locust's 0 is less than a half."""
    if not value:
        return "< 0.5"
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def markdown(rows: Sequence[tuple[str, ...]]) -> str:
    """Write a table, its head first."""
    head, *body = rows
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    lines += [f"| {' | '.join(row)} |" for row in body]
    return "\n".join(lines)
