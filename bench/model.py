"""The command `python -m bench.model`: what the model is worth, and what each of its parts adds."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.command import fail

if TYPE_CHECKING:
    from bench.model_evidence import Evidence

# As for `python -m train`, and before TensorFlow is imported: figures are to be the same.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what has not been run, print, and return 0; 1 after one sentence on stderr."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    options = _parser().parse_args(arguments)
    if options.write and not options.write.is_dir():
        return fail(f"{options.write} is no folder: name one with --write.")
    sys.stderr.write("loading TensorFlow\n")
    from bench.model_plan import PlanError
    from train.checkpoint import TeacherError
    from train.children import ProcessError
    from train.corpus import CorpusError
    from train.graph import ModelError

    try:
        return _run(options)
    except (CorpusError, ModelError, PlanError, ProcessError, TeacherError) as error:
        return fail(str(error))
    except OSError as error:
        what = error.filename or "The output"
        return fail(f"{what} cannot be written ({error.strerror}): free it, or name another.")
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; what had ended is kept, run this again to go on.\n")
        return 130  # as shells have it: 128 + SIGINT


def _run(options: argparse.Namespace) -> int:
    from bench.model_cache import Cache
    from bench.model_conditions import gather
    from bench.model_errors import read_causes
    from bench.model_evidence import collect
    from bench.model_pareto import read_costs
    from bench.model_plan import listing, run_all, select
    from bench.model_report import render
    from bench.model_run import Experiments
    from train.checkpoint_fetch import find_checkpoint
    from train.graph import load_graph
    from train.reproducibility import make_reproducible
    from train.sources import find_data
    from train.teacher import CACHE as TEACHERS

    chosen = select(options.only)
    make_reproducible()
    teacher = None if options.teacher == "none" else find_checkpoint(options.teacher, TEACHERS)
    conditions = gather(find_data(options.data), teacher)
    experiments = Experiments(conditions, Cache(options.cache))
    if options.list:
        sys.stdout.write(listing(experiments))
        return 0
    if options.again:
        for step in chosen:
            step.forget(experiments)
    graphs = [load_graph(graph) for graph in options.graphs]
    if not options.show:
        run_all(experiments, chosen)
    evidence = collect(conditions, experiments, read_causes(), read_costs(options.costs), graphs)
    sys.stdout.write(render(evidence))
    if options.write:
        _write(evidence, options.write)
    return 0


def _write(evidence: "Evidence", folder: Path) -> None:
    from bench.model_plots import curve_figure
    from bench.model_report import CURVE, JSON, PAGE, PARETO, to_json, to_markdown
    from bench.pareto_plot import pareto_figure
    from train.plots import write_svg

    (folder / JSON).write_bytes(to_json(evidence))
    (folder / PAGE).write_text(to_markdown(evidence), encoding="utf-8")
    if evidence.curve:
        write_svg(curve_figure(evidence.curve), folder / CURVE)
    if evidence.pareto:
        write_svg(pareto_figure(evidence.pareto), folder / PARETO)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.model",
        description="Cross-validates the student beside what it is compared with, and without each"
        " of its parts; each experiment takes minutes and is kept as it ends.",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        default=(),
        metavar="NAME",
        help="run these experiments or groups of them; what others have found is shown too",
    )
    parser.add_argument(
        "--list", action="store_true", help="name the experiments, and which have been run"
    )
    parser.add_argument(
        "--show", action="store_true", help="run nothing, show what has been found so far"
    )
    parser.add_argument(
        "--again", action="store_true", help="forget what the experiments to be run have found"
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="folder of the corpora (default: as for training)"
    )
    parser.add_argument(
        "--teacher", metavar="NAME", help="as for training; `none` leaves out what needs one"
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(".cache/model"),
        metavar="DIR",
        help="where outcomes are kept (default %(default)s)",
    )
    parser.add_argument(
        "--costs",
        type=Path,
        default=Path(".cache/model/costs.json"),
        metavar="FILE",
        help="what `python -m bench.pareto --json FILE` wrote (default %(default)s)",
    )
    parser.add_argument(
        "--graphs",
        type=Path,
        nargs="*",
        default=[Path("onnx_models/sentiment.onnx")],
        metavar="FILE",
        help="exported graphs that take the behavioural tests too (default: the committed one)",
    )
    parser.add_argument(
        "--write", type=Path, metavar="DIR", help="write model.md, .json and the figures there"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
