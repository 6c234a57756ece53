"""The command `python -m bench.graph`: what a call of the graph costs, and beside what."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.command import fail, write_figures
from bench.quiet import no_standard_error
from bench.timing import pin_to_one_core


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0 whether the goals are met or not; 1 if nothing was measured."""
    options = _parser().parse_args(arguments)
    # All before the imports: libraries start as many threads as there are cores for them.
    core = pin_to_one_core()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from bench.shipped import read_graph, read_vocabulary
    from runtime.artefact import ModelError

    try:
        model, labels = read_graph(options.model)
        vocabulary = read_vocabulary(model)
    except ModelError as error:
        return fail(str(error))
    sys.stderr.write("loading TensorFlow\n")
    with no_standard_error():
        from bench.graph_field import Subject, find_artifacts
        from bench.graph_report import render, to_json
        from bench.graph_run import FULL, QUICK, run
        from export.artifacts import ArtifactError
    try:
        artifacts = find_artifacts(options.artifacts)
    except ArtifactError as error:
        return fail(str(error))
    subject = Subject(options.model, model, labels, vocabulary, artifacts)
    results = run(subject, QUICK if options.quick else FULL, core)
    sys.stdout.write(render(results))
    if options.json:
        return write_figures(options.json, to_json(results))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.graph",
        description="Times the shipped graph beside what the plain converters give, scikit-learn"
        " and Keras in Python, and its own tokenizer alone: one thread on one core.",
    )
    parser.add_argument(
        "--model",
        type=Path,
        default=Path("onnx_models/sentiment.onnx"),
        metavar="FILE",
        help="the graph (default %(default)s)",
    )
    parser.add_argument(
        "--artifacts",
        type=Path,
        default=Path("artifacts"),
        metavar="DIR",
        help="where `make train` wrote vectorizer and network, which are called from Python;"
        " where there are none, random ones are built (default %(default)s)",
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer repetitions: a minute, and noisier figures"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
