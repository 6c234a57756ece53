"""The figures of docs/load-test.md, in the look of the training's plots."""

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.load_goals import fit
from bench.load_old import OLD_RUNS
from bench.load_results import LEAN, LOCUST, Results, Stream
from train.plots import BLUE, GREY, INK, ORANGE, STYLE

_STYLES = {LEAN: (BLUE, "o"), LOCUST: (ORANGE, "s")}


def throughput_figure(results: Results) -> Figure:
    """Draw requests a second against clients, both logarithmic, a line for each generator."""
    most = max((cell.requests for cell in results.cells), default=0)
    with rc_context(STYLE):
        figure = Figure(figsize=(8.5, 4), layout="constrained")
        axes = figure.subplots()
        for generator, (colour, marker) in _STYLES.items():
            cells = [cell for cell in results.rows(most) if cell.generator == generator]
            axes.plot(
                [cell.concurrency for cell in cells],
                [cell.rate for cell in cells],
                color=colour,
                marker=marker,
                label=f"this service, asked by {generator}",
            )
        for run in OLD_RUNS:
            axes.axhline(run.rate, color=GREY, linestyle=":")
        axes.plot([], [], color=GREY, linestyle=":", label="old service, published")
        axes.set_xscale("log")
        axes.set_yscale("log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter("{x:,.0f}")
        axes.grid(axis="y")
        axes.set_xlabel("clients that wait for their answers")
        axes.set_title(f"Requests answered in a second, of {most:,}")
        figure.legend(loc="outside lower center", ncols=3, frameon=False)
    return figure


def latency_figure(results: Results) -> Figure:
    """Draw percentiles over time, in milliseconds, logarithmic: the overload and the soak."""
    streams = [(f"Overload, {name}", found.overloaded) for name, found in results.overloads()]
    if results.soak:
        streams.append(("Soak", results.soak))
    with rc_context(STYLE):
        figure = Figure(figsize=(8.5, 0.6 + 2.9 * max(len(streams), 1)), layout="constrained")
        for number, (name, stream) in enumerate(streams):
            axes = figure.add_subplot(len(streams), 1, number + 1)
            _draw_percentiles(axes, stream)
            axes.set_title(f"{name}: {stream.rate:,.0f} requests a second offered; answered in ms")
            axes.set_xlabel("seconds")
        if streams:
            handles, labels = figure.axes[0].get_legend_handles_labels()
            figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
    return figure


def memory_figure(results: Results) -> Figure:
    """Draw the service's memory in MiB over the soak, and the line that is fitted to it."""
    samples = results.soak.samples if results.soak else ()
    with rc_context(STYLE):
        figure = Figure(figsize=(8.5, 3.4), layout="constrained")
        axes = figure.subplots()
        axes.plot(
            [sample.second for sample in samples],
            [sample.rss for sample in samples],
            color=BLUE,
            linewidth=1,
            label="resident memory",
        )
        if line := fit(samples):
            ends = [line.start, line.end], [line.first, line.last]
            axes.plot(*ends, color=ORANGE, linestyle="--", label="fitted line")
        axes.set_ylim(bottom=0)
        axes.grid(axis="y")
        axes.set_xlabel("seconds")
        axes.set_title("Soak: the service's resident memory in MiB")
        figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return figure


def _draw_percentiles(axes: Axes, stream: Stream) -> None:
    moments = [moment for moment in stream.moments if moment.answered]
    seconds = [moment.second for moment in moments]
    p50, p99 = ([getattr(moment, name) for moment in moments] for name in ("p50", "p99"))
    axes.plot(seconds, p99, color=ORANGE, label="99th percentile")
    axes.plot(seconds, p50, color=INK, label="median")
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("")
    axes.grid(axis="y")
