"""The figure of the plan: what a million requests cost, and what happens when traffic begins."""

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.capacity_plan import BEGIN_SECONDS, BEGIN_STEPS, Plan
from train.plots import BLUE, GREY, INK, ORANGE, STYLE

_PARTS = (("log", BLUE), ("requests", INK), ("work", ORANGE), ("starts", GREY))
_LINES = ((INK, "-"), (ORANGE, "--"), (BLUE, "-."), (GREY, ":"))


def plan_figure(plan: Plan) -> Figure:
    """Draw both for a plan; the beginning for the memory size that was chosen, or the first."""
    with rc_context(STYLE):
        figure = Figure(figsize=(8.5, 3.8), layout="constrained")
        costs, begin = figure.subplots(1, 2)
        _draw_costs(costs, plan)
        _draw_begin(begin, plan)
    return figure


def _draw_costs(axes: Axes, plan: Plan) -> None:
    rows = [each for each in plan.answers if each.setting.mode == "on demand"]
    bottom = np.zeros(len(rows))
    for part, colour in _PARTS:
        heights = [getattr(row.cost, part) / row.cost.millions for row in rows]
        names = [f"{row.setting.memory:,}" for row in rows]
        axes.bar(names, heights, bottom=bottom, color=colour, label=part, width=0.6)
        bottom += heights
    axes.set_title("A million requests, on demand")
    axes.set_xlabel("memory in MB")
    axes.set_ylabel("US dollars")
    axes.grid(axis="y")
    axes.set_ylim(0, 1.45 * float(bottom.max()))
    axes.legend(frameon=False, ncols=2)


def _draw_begin(axes: Axes, plan: Plan) -> None:
    chosen = (plan.best or plan.answers[0]).setting.memory
    edges = np.linspace(0, BEGIN_SECONDS, BEGIN_STEPS + 1)
    rows = [each for each in plan.answers if each.setting.memory == chosen]
    for row, (colour, style) in zip(rows, _LINES, strict=False):
        axes.stairs(row.begin, edges, color=colour, linestyle=style, label=row.setting.mode)
    axes.set_title(f"Throttled when it begins, {chosen:,} MB")
    axes.set_xlabel("seconds since the first request")
    axes.set_ylabel("429 in a tenth of a second")
    axes.grid(axis="y")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
