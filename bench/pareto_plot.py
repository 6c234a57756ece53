"""Quality against cost: the figure from which the network's size is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib import rc_context
from matplotlib.figure import Figure

from bench.headline import MICROSECONDS
from train.plots import BLUE, GREY, INK, ORANGE, STYLE


@dataclass(frozen=True, slots=True)
class Point:
    """A member of the family: microseconds for a headline, and macro-F1 (mean, deviation)."""

    name: str
    microseconds: float
    macro_f1: float
    deviation: float = 0.0


def front(points: Sequence[Point]) -> list[Point]:
    """Return the points that no other one beats in both cost and quality, the cheapest first."""
    best: list[Point] = []
    for point in sorted(points, key=lambda point: (point.microseconds, -point.macro_f1)):
        if not best or point.macro_f1 > best[-1].macro_f1:
            best.append(point)
    return best


def knee(points: Sequence[Point]) -> Point:
    """Return the point of the front after which quality gets dear.

    It is the one farthest above the line from the cheapest to the best, both axes scaled to the
    front's extent (Satopaa et al. 2011, "Finding a 'Kneedle' in a Haystack").

    Raises:
        ValueError: there is no point.
    """
    ordered = front(points)
    if not ordered:
        raise ValueError("there is no point to choose from")
    first, last = ordered[0], ordered[-1]
    width = last.microseconds - first.microseconds or 1
    height = last.macro_f1 - first.macro_f1 or 1

    def above(point: Point) -> float:
        gain = (point.macro_f1 - first.macro_f1) / height
        return gain - (point.microseconds - first.microseconds) / width

    return max(ordered, key=above)


def pareto_figure(points: Sequence[Point], limit: float = MICROSECONDS) -> Figure:
    """Draw macro-F1 against microseconds, the front, its knee, and a line at ``limit``.

    Raises:
        ValueError: there is no point.
    """
    best, chosen = front(points), knee(points)
    with rc_context(STYLE):
        figure = Figure(figsize=(8.5, 4.8), layout="constrained")
        axes = figure.subplots()
        for point in points:
            colour = BLUE if point in best else GREY
            axes.errorbar(
                point.microseconds,
                point.macro_f1,
                yerr=point.deviation or None,
                fmt="o",
                color=colour,
                elinewidth=1,
            )
            axes.annotate(
                point.name,
                (point.microseconds, point.macro_f1),
                xytext=(6, -10),
                textcoords="offset points",
                fontsize=8,
                color=INK if point in best else GREY,
            )
        costs = [point.microseconds for point in best]
        axes.plot(costs, [point.macro_f1 for point in best], color=BLUE, linewidth=1)
        axes.plot(
            chosen.microseconds,
            chosen.macro_f1,
            "o",
            markersize=14,
            markerfacecolor="none",
            markeredgecolor=ORANGE,
            label=f"knee: {chosen.name}",
        )
        axes.axvline(limit, color=GREY, linestyle=":", label=f"limit: {limit:g} µs")
        axes.set_xlim(left=0)
        axes.grid()
        axes.set_xlabel("microseconds for a headline, text to probabilities")
        axes.set_ylabel("macro-F1 in cross-validation")
        axes.set_title("What a larger network gains, and what it costs")
        figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return figure
