"""The learning curve of docs/model.md, in the look of the training's plots."""

from collections.abc import Sequence

from matplotlib import rc_context
from matplotlib.figure import Figure

from bench.model_cells import source_name
from bench.model_evidence import Amount
from train.plots import BLUE, GREY, INK, ORANGE, STYLE

_COLOURS = (BLUE, ORANGE, INK, GREY)
_MARKERS = ("o", "s", "^", "D")


def curve_figure(amounts: Sequence[Amount]) -> Figure:
    """Draw macro-F1 over the amount of unlabelled text, a line for each source: mean, deviation."""
    with rc_context(STYLE):
        figure = Figure(figsize=(8.5, 3.8), layout="constrained")
        axes = figure.subplots()
        sentences = [amount.sentences for amount in amounts]
        names = [group.source for group in amounts[0].figures.sources] if amounts else []
        for index, name in enumerate(names):
            groups = [amount.figures.group(name) for amount in amounts]
            spreads = [group.macro_f1 for group in groups if group]
            axes.errorbar(
                sentences,
                [spread.mean for spread in spreads],
                yerr=[spread.sd for spread in spreads],
                color=_COLOURS[index % len(_COLOURS)],
                marker=_MARKERS[index % len(_MARKERS)],
                markersize=5,
                elinewidth=1,
                label=source_name(name),
            )
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.grid(axis="y")
        axes.set_xlabel("unlabelled sentences")
        axes.set_title("Macro-F1 in cross-validation: mean and standard deviation of the folds")
        if names:
            figure.legend(loc="outside lower center", ncols=len(names), frameon=False)
    return figure
