"""The figure of docs/cold-start.md, in the look of the training's plots."""

from matplotlib import rc_context
from matplotlib.figure import Figure

from bench.cold_results import Results
from train.plots import BLUE, GREY, INK, ORANGE, STYLE

# Okabe & Ito's green, as the plots of the training have three colours only.
_COLOURS = (INK, ORANGE, BLUE, "#009E73", GREY)
_MARKERS = ("o", "v", "s", "^", "D")


def init_figure(results: Results) -> Figure:
    """Draw INIT (ms, logarithmic): median, and least to most, a row for each function and place."""
    pairs = list(dict.fromkeys((row.function, row.place) for row in results.rows if row.starts))
    with rc_context(STYLE):
        figure = Figure(figsize=(8.5, 1.4 + 0.55 * len(pairs)), layout="constrained")
        axes = figure.subplots()
        for number, limit in enumerate(results.limits):
            found = [(at, results.find(*pair, limit)) for at, pair in enumerate(pairs)]
            # Side by side, or equal figures would hide each other.
            shift = 0.16 * (number - (len(results.limits) - 1) / 2)
            points = [(at + shift, row) for at, row in found if row]
            if not points:
                continue
            inits = [row.init for _, row in points]
            spread = [[start.init for start in row.starts] for _, row in points]
            axes.errorbar(
                inits,
                [at for at, _ in points],
                xerr=[
                    [middle - min(all_) for middle, all_ in zip(inits, spread, strict=True)],
                    [max(all_) - middle for middle, all_ in zip(inits, spread, strict=True)],
                ],
                fmt=_MARKERS[number % len(_MARKERS)],
                color=_COLOURS[number % len(_COLOURS)],
                markersize=5,
                elinewidth=1,
                label=limit,
            )
        axes.set_yticks(range(len(pairs)), [f"{name} ({place})" for name, place in pairs])
        axes.invert_yaxis()
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.grid(axis="x")
        axes.set_xlabel("INIT in milliseconds, logarithmic: median, least to most")
        axes.set_title("Cold start under the Runtime Interface Emulator")
        if pairs:
            figure.legend(loc="outside lower center", ncols=len(results.limits), frameon=False)
    return figure
