"""The three figures of a training run, as SVG files that are the same for the same run.

Text stays text in the files, so a label in any script is drawn by the fonts of whoever looks at it,
and "$" or a leading "_" in a label means nothing special.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator, PercentFormatter

from train.calibration import Floats, Integers, Reliability
from train.display import printable, width
from train.metrics import Evaluation

# Okabe & Ito 2008, "Color Universal Design": told apart with every kind of colour vision.
BLUE, ORANGE, GREY, INK = "#0072B2", "#D55E00", "#8A8A8A", "#222222"
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "fintone",  # else element ids are random: matplotlib's backend_svg
    "text.parse_math": False,
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": "#E3E3E3",
    "axes.axisbelow": True,
}
PERCENT = PercentFormatter(xmax=1, decimals=0, symbol=" %")


@dataclass(frozen=True, slots=True)
class History:
    """Loss (nats a row) and accuracy (0 to 1) after each epoch, on both parts of the data."""

    training_loss: tuple[float, ...]
    validation_loss: tuple[float, ...]
    training_accuracy: tuple[float, ...]
    validation_accuracy: tuple[float, ...]


@contextmanager
def _style() -> Iterator[None]:
    with rc_context(STYLE), warnings.catch_warnings():
        # Only the layout measures with the one font that ships with matplotlib; a script that it
        # lacks is measured as boxes and drawn by the viewer's own font.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def write_svg(figure: Figure, path: Path) -> None:
    """Write a figure; same figure, same bytes (no date, no random ids).

    Raises:
        OSError: the file cannot be written.
    """
    with _style():
        figure.savefig(path, format="svg", metadata={"Date": None})


def learning_curve(history: History) -> Figure:
    """Draw loss and accuracy over the epochs; a dotted line marks the lowest validation loss.

    Raises:
        ValueError: no epoch, or series of unequal lengths.
    """
    epochs = np.arange(1, len(history.training_loss) + 1)
    best = int(np.argmin(history.validation_loss)) + 1
    with _style():
        figure = Figure(figsize=(8.5, 3.6), layout="constrained")
        loss, accuracy = figure.subplots(1, 2)
        for axes, training, validation in (
            (loss, history.training_loss, history.validation_loss),
            (accuracy, history.training_accuracy, history.validation_accuracy),
        ):
            axes.plot(epochs, training, color=BLUE, marker="o", markersize=4, label="training")
            axes.plot(
                epochs,
                validation,
                color=ORANGE,
                marker="s",
                markersize=4,
                linestyle="--",
                label="validation",
            )
            axes.axvline(best, color=GREY, linestyle=":", label=f"lowest loss: epoch {best}")
            axes.set_xlabel("epoch")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
            axes.grid(axis="y")
        loss.set_title("Loss (cross-entropy, nats)")
        loss.set_ylim(bottom=0)
        accuracy.set_title("Accuracy")
        accuracy.yaxis.set_major_formatter(PERCENT)
        loss.legend(framealpha=0.9, edgecolor="none")
    return figure


def confusion_matrix(evaluation: Evaluation) -> Figure:
    """Draw which class was taken for which: counts, coloured by their share of the true class.

    The figure grows with the number of classes; a class without rows has counts but no shares.
    """
    counts = np.array(evaluation.confusion)
    support = counts.sum(axis=1, keepdims=True)
    shares = counts / np.maximum(support, 1)
    labels = [printable(item.label) for item in evaluation.classes]
    size = 2.6 + 0.62 * max(len(labels), 4)
    with _style():
        figure = Figure(figsize=(size + 1.2, size), layout="compressed")
        axes = figure.subplots()
        mesh = axes.pcolormesh(
            shares, cmap="Blues", vmin=0, vmax=1, edgecolors="white", linewidth=1.5
        )
        _write_counts(axes, counts, shares)
        _label_cells(axes, labels)
        axes.set_title(
            f"{evaluation.rows} rows: accuracy {evaluation.accuracy:.3f}, "
            f"macro-F1 {evaluation.macro_f1:.3f}"
        )
        bar = figure.colorbar(mesh, ax=axes, shrink=0.7, format=PERCENT)
        bar.set_label("share of the true class")
        bar.outline.set_visible(False)
    return figure


def _write_counts(axes: Axes, counts: Integers, shares: Floats) -> None:
    roomy = len(counts) <= 8
    for (row, column), count in np.ndenumerate(counts):
        share = shares[row, column]
        axes.text(
            column + 0.5,
            row + 0.5,
            f"{count}\n{share * 100:.0f} %" if roomy and counts[row].any() else str(count),
            ha="center",
            va="center",
            fontsize=10 if roomy else 8,
            color="white" if share > 0.55 else INK,
        )


def _label_cells(axes: Axes, labels: Sequence[str]) -> None:
    centres = np.arange(len(labels)) + 0.5
    # What fits under a cell without touching the next label, tried out for 2 to 20 classes.
    slanted = max(map(width, labels)) > 5 + 24 // len(labels)
    axes.set_xticks(
        centres,
        labels,
        rotation=45 if slanted else 0,
        ha="right" if slanted else "center",
        rotation_mode="anchor",
    )
    axes.set_yticks(centres, labels)
    axes.tick_params(length=0)
    axes.invert_yaxis()
    axes.set_aspect("equal")
    axes.spines[:].set_visible(False)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")


def reliability_diagram(before: Reliability, after: Reliability) -> Figure:
    """Draw accuracy against confidence before and after the temperature, and the rows in each bin.

    A calibrated model's bars end on the diagonal.
    """
    with _style():
        figure = Figure(figsize=(8.5, 5), layout=ConstrainedLayoutEngine(wspace=0.06))
        grid = figure.subplots(
            2, 2, sharex=True, sharey="row", gridspec_kw={"height_ratios": (3, 1)}
        )
        for column, (name, found) in enumerate((("Before", before), ("After", after))):
            _reliability_panel(grid[0, column], found)
            _confidence_histogram(grid[1, column], found)
            grid[0, column].set_title(f"{name} temperature scaling: ECE {found.ece:.3f}")
        grid[0, 0].set_ylabel("accuracy")
        grid[1, 0].set_ylabel("share of rows")
        grid[0, 0].legend(frameon=False, loc="upper left")
    return figure


def _reliability_panel(axes: Axes, found: Reliability) -> None:
    left = [b.lower for b in found.bins]
    widths = [b.upper - b.lower for b in found.bins]
    accuracy = [b.accuracy for b in found.bins]
    gap = [b.confidence - b.accuracy for b in found.bins]
    axes.bar(left, accuracy, widths, align="edge", color=BLUE, edgecolor="white", label="accuracy")
    axes.bar(
        left,
        gap,
        widths,
        bottom=accuracy,
        align="edge",
        facecolor="none",
        edgecolor=ORANGE,
        hatch="////",
        linewidth=0.8,
        label="gap to confidence",
    )
    axes.plot((0, 1), (0, 1), color=INK, linestyle="--", linewidth=1, label="calibrated")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(PERCENT)


def _confidence_histogram(axes: Axes, found: Reliability) -> None:
    left = [b.lower for b in found.bins]
    widths = [b.upper - b.lower for b in found.bins]
    share = [b.rows / found.rows for b in found.bins]
    axes.bar(left, share, widths, align="edge", color=GREY, edgecolor="white")
    axes.set_xlabel("confidence")
    axes.xaxis.set_major_formatter(PERCENT)
    axes.yaxis.set_major_formatter(PERCENT)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3))
