"""The figures of a run: as tables for people, and as JSON."""

from collections.abc import Iterator

import msgspec

from bench.graph_goals import goals
from bench.graph_results import Cell, Results, microseconds
from train.display import table

_TEXTS = (
    "Texts are generated: the graph's own most frequent words by Zipf's law, about half of them in"
    "\na pair that the graph knows; each call takes the next of several batches."
)


def to_json(results: Results) -> bytes:
    """Return all figures and the goals as indented JSON."""
    document = msgspec.to_builtins(results) | {"goals": msgspec.to_builtins(goals(results))}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def render(results: Results) -> str:
    """Lay the figures out for a terminal of 100 columns."""
    return (
        "\n\n".join(
            [
                _machine(results),
                _contenders(results),
                "Microseconds of a call, medians; /floor, /shipped: times as long as that",
                table([*_comparison(results)]),
                "The same when the vocabulary doubles; ratio: the second to the first",
                table([*_doubling(results)]),
                "Goals",
                "\n".join(f"  {goal.line()}" for goal in goals(results)),
            ]
        )
        + "\n"
    )


def _machine(results: Results) -> str:
    machine, start = results.machine, results.start
    where = "not pinned to a core" if machine.core is None else f"pinned to core {machine.core}"
    packages = ", ".join(f"{name} {version}" for name, version in machine.packages.items())
    size = f"{results.bytes / 1e6:.2f} MB"
    return "\n".join(
        [
            f"{machine.processor}, {machine.cores} cores, {where}, load {machine.load:.1f}",
            f"{machine.system}, Python {machine.python}",
            packages,
            "",
            f"{results.model}: {size}, session {start.session:.1f} ms,"
            f" first run {start.first_run:.1f} ms (medians of fresh sessions)",
        ]
    )


def _contenders(results: Results) -> str:
    width = max(map(len, results.descriptions))
    lines = [f"  {name:{width}}  {text}" for name, text in results.descriptions.items()]
    return "\n".join(["Timed in turns, on one thread that never spins:", *lines, _TEXTS])


def _comparison(results: Results) -> Iterator[tuple[str, ...]]:
    names = results.columns
    fewer, middle, more = names.classic
    shorter = [name.removeprefix("classic ") for name in (fewer, middle, more)]
    yield (
        *("words", "batch", names.floor, names.shipped, "/floor", f"classic {shorter[0]}"),
        *(shorter[1], "/shipped", shorter[2], names.python, "/shipped"),
    )
    for cell in results.cells:
        yield (
            *(f"{cell.words:,}", str(cell.batch), _of(cell, names.floor)),
            *(_of(cell, names.shipped), f"{cell.ratio(names.shipped, names.floor):.2f}"),
            *(_of(cell, fewer), _of(cell, middle), f"{cell.ratio(middle, names.shipped):.1f}"),
            *(_of(cell, more), _of(cell, names.python)),
            f"{cell.ratio(names.python, names.shipped):.1f}",
        )


def _doubling(results: Results) -> Iterator[tuple[str, ...]]:
    names = results.columns
    pairs = (names.ours, (names.classic[1], names.classic_doubled))
    yield ("words", "batch", *(text for pair in pairs for text in (*pair, "ratio")))
    for cell in results.cells:
        columns = (
            (_of(cell, once), _of(cell, twice), f"{cell.ratio(twice, once):.2f}")
            for once, twice in pairs
        )
        yield (f"{cell.words:,}", str(cell.batch), *(text for three in columns for text in three))


def _of(cell: Cell, name: str) -> str:
    return microseconds(cell.microseconds(name))
