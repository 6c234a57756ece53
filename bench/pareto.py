"""The command `python -m bench.pareto`: what each member of the network's family costs."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.command import fail, write_figures
from bench.quiet import no_standard_error
from bench.timing import Rounds, pin_to_one_core

FULL = Rounds(count=100, turn=0.01, limit=60)
QUICK = Rounds(count=10, turn=0.005, limit=10)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and return 0; 1 if nothing was measured."""
    options = _parser().parse_args(arguments)
    # All before the imports: libraries start as many threads as there are cores for them.
    core = pin_to_one_core()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from bench.shipped import read_graph, read_vocabulary
    from runtime.artefact import ModelError

    try:
        model, _ = read_graph(options.model)
        vocabulary = read_vocabulary(model)
    except ModelError as error:
        return fail(str(error))
    sys.stderr.write("loading TensorFlow\n")
    with no_standard_error():
        from bench.pareto_cost import FAMILY, measure
        from bench.pareto_report import render, to_json
    costs = measure(vocabulary, FAMILY, QUICK if options.quick else FULL, core)
    sys.stdout.write(render(costs))
    if options.json:
        return write_figures(options.json, to_json(costs))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.pareto",
        description="Times graphs of networks of all sizes, text to probabilities, one thread on"
        " one core: their cost, to hold against what cross-validation says of their quality.",
    )
    parser.add_argument(
        "--model",
        type=Path,
        default=Path("onnx_models/sentiment.onnx"),
        metavar="FILE",
        help="a graph whose words the measured headlines are made of (default %(default)s)",
    )
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, noisier figures")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
