"""The figure of docs/server.md, in the look of the training's plots."""

from collections.abc import Sequence

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bench.server_field import BARE, FINTONE, STARLETTE
from bench.server_results import Results, Row
from bench.server_traffic import BATCH, SINGLE
from train.plots import BLUE, GREY, ORANGE, STYLE

_COLOURS = {FINTONE: BLUE, BARE: GREY, STARLETTE: GREY}


def rate_figure(results: Results) -> Figure:
    """Draw texts a second of each server, single texts and batches side by side."""
    kinds = [
        (kind, [row for row in results.rows if row.kind == kind and row.turns])
        for kind in (SINGLE, BATCH)
    ]
    longest = max(1, *(len(rows) for _, rows in kinds))
    with rc_context(STYLE):
        figure = Figure(figsize=(10, 1.4 + 0.4 * longest), layout="constrained")
        axes: Sequence[Axes] = figure.subplots(1, len(kinds))
        for each, (kind, rows) in zip(axes, kinds, strict=True):
            _bars(each, rows, results)
            each.set_title(f"{kind}: texts/s")
    return figure


def _bars(axes: Axes, rows: Sequence[Row], results: Results) -> None:
    rows = sorted(rows, key=lambda row: row.rate, reverse=True)
    texts = [row.rate * row.texts for row in rows]
    colours = [_COLOURS.get(row.server, ORANGE) for row in rows]
    bars = axes.barh(range(len(rows)), texts, color=colours, height=0.6)
    axes.bar_label(bars, [f"{each:,.0f}" for each in texts], padding=3, fontsize=8)
    axes.set_yticks(range(len(rows)), [results.servers[row.server] for row in rows])
    axes.invert_yaxis()
    if rows:
        axes.set_xlim(right=1.2 * max(texts))  # the longest bar's figure stands beside it
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.grid(axis="x")
