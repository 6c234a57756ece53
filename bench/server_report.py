"""The figures of a run: as tables for a terminal, as a page for docs/, and as JSON."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec

from bench.server_goals import goals, ratio
from bench.server_results import Results, Row
from bench.server_traffic import BATCH, SINGLE
from train.display import table

Cells = list[tuple[str, ...]]

PAGE, JSON, FIGURE = "server.md", "server.json", "server.svg"
_TEMPLATE = Path(__file__).with_name("server_page.md")
_SLOT = re.compile(r"^\[\[(\w+)\]\]$", re.M)
_NUMBERS = re.compile(rb"\[[-\d.,\s]+\]")  # they would take a line each
_NONE = "-"
_BOLD = ("missed",)


def to_json(results: Results) -> bytes:
    """Return all figures and the goals as indented JSON."""
    document = msgspec.to_builtins(results) | {"goals": msgspec.to_builtins(goals(results))}
    indented = msgspec.json.format(msgspec.json.encode(document), indent=2)
    return _NUMBERS.sub(lambda found: b" ".join(found[0].split()), indented) + b"\n"


def render(results: Results) -> str:
    """Lay the figures out for a terminal."""
    parts = [
        f"{title}\n{table(cells)}" for title, name in _TITLES if (cells := _TABLES[name](results))
    ]
    lines = [f"  {title}: {how} ({made_of})" for title, how, made_of in _server_cells(results)[1:]]
    parts.append("\n".join(["Servers", *lines, *(f"  {note}" for note in _notes(results))]))
    judged = "\n".join(f"  {goal.line()}" for goal in goals(results))
    return "\n\n".join([_machine(results), *parts, f"Goals\n{judged}"]) + "\n"


def to_markdown(results: Results) -> str:
    """Write the page docs/server.md: the prose of bench/server_page.md around the tables."""
    return _SLOT.sub(lambda slot: _fill(slot[1], results), _TEMPLATE.read_text(encoding="utf-8"))


def _fill(name: str, results: Results) -> str:
    if name == "machine":
        return _machine(results)
    if name == "notes":
        return (
            "\n".join(f"- {note}" for note in _notes(results))
            or "All that was asked was answered rightly."
        )
    cells = _TABLES[name](results)
    return _markdown(cells) if cells else "_Not measured in this run._"


def _goal_cells(results: Results) -> Cells:
    rows = [(g.goal, "holds" if g.holds else "missed", g.figures) for g in goals(results)]
    return [("Goal", "", "Figures"), *rows] if rows else []


def _rate_cells(kind: str) -> Callable[[Results], Cells]:
    def cells(results: Results) -> Cells:
        rows = [row for row in results.rows if row.kind == kind and row.turns]
        if not rows:
            return []
        texts = ("texts/s",) if rows[0].texts > 1 else ()
        header = ("server", "requests/s", *texts, "this service", "p50 ms", "p99 ms")
        return [
            (*header, "CPU µs a request", "generator"),
            *(_rate_row(results, row) for row in rows),
        ]

    return cells


def _rate_row(results: Results, row: Row) -> tuple[str, ...]:
    found = ratio(results, row.server, row.kind)
    return (
        results.servers[row.server],
        f"{row.rate:,.0f}",
        *((f"{row.rate * row.texts:,.0f}",) if row.texts > 1 else ()),
        _NONE if found is None else f"{found:.2f} x",
        f"{row.p50:.2f}",
        f"{row.p99:.2f}",
        f"{row.server_cpu:,.0f}",
        f"{row.generator:.0%}",
    )


def _half_cells(results: Results) -> Cells:
    half = results.half_load
    if half is None:
        return []
    figures = (f"{half.p50:.2f}", f"{half.p90:.2f}", f"{half.p99:.2f}")
    return [
        ("requests/s", "requests", "p50 ms", "p90 ms", "p99 ms", "errors"),
        (f"{half.rate:,.0f}", f"{half.requests:,}", *figures, str(half.errors)),
    ]


def _server_cells(results: Results) -> Cells:
    def made_of(server: str) -> str:
        return ", ".join(f"{name} {number}" for name, number in results.versions[server].items())

    return [
        ("Server", "How it is started", "Versions"),
        *(
            (title, results.descriptions[name], made_of(name))
            for name, title in results.servers.items()
        ),
    ]


_TABLES: Mapping[str, Callable[[Results], Cells]] = {
    "goals": _goal_cells,
    "single": _rate_cells(SINGLE),
    "batch": _rate_cells(BATCH),
    "half": _half_cells,
    "servers": _server_cells,
}
_TITLES = (
    ("Single texts, medians; this service: its requests/s in multiples of theirs", "single"),
    ("Batches of 32 texts", "batch"),
    ("This service at half of what it can, single texts at random times", "half"),
)


def _notes(results: Results) -> Iterator[str]:
    yield from (f"{title}: {reason}" for title, reason in results.absent.items())
    for row in results.rows:
        title = f"{results.servers[row.server]}, {row.kind}"
        if row.problem:
            yield f"{title}: {row.problem}"
        if row.errors:
            yield f"{title}: {row.errors} requests were answered wrongly or not at all"


def _machine(results: Results) -> str:
    machine = results.machine
    return (
        f"{results.date}: {machine.processor}, {machine.cores} cores, load {machine.load:.1f}"
        f" before; {machine.system}; Python {machine.python}; servers on core"
        f" {results.server_core}, requests from core {results.generator_core},"
        f" {results.connections} connections, turns of {results.seconds} s,"
        f" {_rounds(results)} rounds."
    )


def _rounds(results: Results) -> int:
    return max((len(row.turns) for row in results.rows), default=0)


def _markdown(rows: Cells) -> str:
    header, *body = [tuple(map(_cell, row)) for row in rows]
    return "\n".join([_line(header), f"|{'---|' * len(header)}", *map(_line, body)])


def _cell(text: str) -> str:
    return f"**{text}**" if text in _BOLD else text.replace("|", "\\|")


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
