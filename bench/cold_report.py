"""The figures of a run: as tables for a terminal, as a page for docs/, and as JSON."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from bench.cold_goals import goals
from bench.cold_results import Results, Row
from train.display import table

Cells = list[tuple[str, ...]]

_METHOD = Path(__file__).with_name("cold_method.md")
_NONE = "-"
_TABLES: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("INIT in milliseconds: median (least to most)", lambda row: _spread(row)),
    ("First invocation in milliseconds, median", lambda row: f"{row.first:.2f}"),
    ("Warm invocation in milliseconds, median", lambda row: f"{row.warm:.2f}"),
    ("First invocation as a multiple of a warm one, median", lambda row: f"{row.ratio:.2f}"),
)


def to_json(results: Results) -> bytes:
    """Return all figures and the goals as indented JSON."""
    document = msgspec.to_builtins(results) | {"goals": msgspec.to_builtins(goals(results))}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def render(results: Results) -> str:
    """Lay the figures out for a terminal."""
    tables = [f"{title}\n{table(cells(results, figure))}" for title, figure in _TABLES]
    judged = "\n".join(f"  {goal.line()}" for goal in goals(results))
    parts = [_machine(results), *tables, _indented(notes(results)), f"Goals\n{judged}"]
    return "\n\n".join(filter(None, parts)) + "\n"


def to_markdown(results: Results) -> str:
    """Write the page docs/cold-start.md, beside which the plot and the JSON lie."""
    goal_rows = [("Goal", "", "Figures")]
    goal_rows += [(g.goal, "holds" if g.holds else "**missed**", g.figures) for g in goals(results)]
    parts = [
        "# Cold start",
        "<!-- Written by `make bench-cold`; change bench/cold_report.py instead. -->",
        "What a new execution environment costs, under awslambdaric and AWS's own Runtime Interface"
        f" Emulator. {_starts(results.rows)}, {results.date}. All figures:"
        " [cold-start.json](cold-start.json).",
        _markdown(goal_rows),
        "![INIT of each function under each limit](cold-start.svg)",
        *(f"## {title}\n\n{_markdown(cells(results, figure))}" for title, figure in _TABLES),
        *(f"- {note}" for note in notes(results)),
        f"## How it was measured\n\n{_machine(results)}",
        _markdown([("Function", ""), *results.functions.items()]),
        _markdown([("Where", ""), *results.places.items()]),
        _markdown([("Limit", "What was limited"), *results.limits.items()]),
        _METHOD.read_text(encoding="utf-8").rstrip(),
    ]
    return "\n\n".join(parts) + "\n"


def cells(results: Results, figure: Callable[[Row], str]) -> Cells:
    """Return a table with the functions as rows and the limits as columns."""
    pairs = list(dict.fromkeys((row.function, row.place) for row in results.rows))
    found: Cells = [("function", "where", *results.limits)]
    for function, place in pairs:
        rows = [results.find(function, place, limit) for limit in results.limits]
        found.append((function, place, *(figure(row) if row else _NONE for row in rows)))
    return found


def notes(results: Results) -> list[str]:
    """Say why figures are lacking, or what went wrong beside them; one line for each reason."""
    where: dict[tuple[str, str, str], list[str]] = {}
    for row in results.rows:
        if row.problem:
            where.setdefault((row.function, row.place, row.problem), []).append(row.limit)
    return [
        f"{function} ({place}) at {', '.join(limits)}: {problem}"
        for (function, place, problem), limits in where.items()
    ] + [f"{place}: {text}" for place, text in results.absent.items()]


def _spread(row: Row) -> str:
    inits = [start.init for start in row.starts]
    return f"{row.init:,.0f} ({min(inits):,.0f} to {max(inits):,.0f})"


def _starts(rows: Sequence[Row]) -> str:
    counts = [len(row.starts) for row in rows if row.starts] or [0]
    least, most = min(counts), max(counts)
    return f"{most if least == most else f'{least} to {most}'} fresh starts of each"


def _machine(results: Results) -> str:
    machine = results.machine
    packages = ", ".join(f"{name} {version}" for name, version in machine.packages.items())
    return (
        f"{machine.processor}, {machine.cores} cores, load {machine.load:.1f} before;"
        f" {machine.system}; Python {machine.python}; {packages}."
    )


def _indented(lines: Sequence[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)


def _markdown(rows: Sequence[tuple[str, ...]]) -> str:
    header, *body = rows
    return "\n".join(_markdown_lines(header, body))


def _markdown_lines(header: tuple[str, ...], body: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield "|---" * len(header) + "|"
    for row in body:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
