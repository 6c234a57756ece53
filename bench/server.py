"""The command `python -m bench.server`: what one worker answers on one core, beside others."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.command import fail, positive
from bench.peers.graph import VARIABLE, Graph
from bench.server_choice import choose
from bench.server_field import NAMES, Environments
from bench.server_process import ServerError
from bench.server_report import FIGURE, JSON, PAGE, render, to_json, to_markdown
from bench.server_results import Results
from bench.server_run import Plan, run
from bench.server_traffic import read_traffic
from bench.server_versions import versions
from bench.server_wrk import CONNECTIONS, wrk_path
from bench.timing import describe_machine
from runtime.artefact import ModelError
from runtime.model import Model

_ROUNDS, _SECONDS = 7, 3
_PACKAGES = ("onnxruntime", "numpy")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0 whether the goals are met or not; 1 if nothing was measured."""
    options = _parser().parse_args(arguments)
    if options.write and not options.write.is_dir():
        return fail(f"{options.write} is no folder: name one with --write.")
    try:
        results = _measure(options)
    except (ServerError, ModelError) as error:
        return fail(str(error))
    sys.stdout.write(render(results))
    try:
        if options.write:
            _write(results, options.write)
    except OSError as error:
        return fail(f"{options.write} cannot be written ({error.strerror}): name another folder.")
    return 0


def _measure(options: argparse.Namespace) -> Results:
    wrk_path()
    server_core, generator_core = _cores()
    if not options.model.is_file():
        raise ServerError(f"{options.model} is not there: name a graph with --model.")
    Model.load(options.model)  # which says what is wrong with it, if anything is
    model = options.model.absolute()
    os.environ[VARIABLE] = str(model)
    traffic = read_traffic(Graph())
    environments = Environments(options.peers, options.mlserver, options.old, model)
    field, absent = choose(options.only, environments)
    machine = describe_machine(server_core, _PACKAGES)
    plan = Plan(options.rounds, options.seconds, server_core, generator_core)
    with tempfile.TemporaryDirectory() as folder:
        figures = run(field, traffic, plan, Path(folder))
    return Results(
        machine=machine,
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        server_core=server_core,
        generator_core=generator_core,
        seconds=options.seconds,
        connections=CONNECTIONS,
        absent=absent,
        servers={each.name: each.title for each in field},
        descriptions={each.name: each.description for each in field},
        versions={each.name: versions(each.python, each.packages) for each in field},
        rows=figures.rows,
        half_load=figures.half_load,
        service_ms=figures.service_ms,
    )


def _cores() -> tuple[int, int]:
    """Return the core for servers, the last one, and another for what asks them."""
    if not hasattr(os, "sched_getaffinity"):
        raise ServerError("This system cannot pin processes to cores: measure on Linux.")
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise ServerError("Server and wrk need a core each: give this process two cores.")
    return cores[-1], cores[0]


def _write(results: Results, folder: Path) -> None:
    # matplotlib takes a second to import, and not every run draws.
    from bench.server_plot import rate_figure
    from train.plots import write_svg

    (folder / JSON).write_bytes(to_json(results))
    (folder / PAGE).write_text(to_markdown(results), encoding="utf-8")
    write_svg(rate_figure(results), folder / FIGURE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.server",
        description="Loads one worker of this service on one core, in turns with servers that"
        " answer a constant, other servers of the same graph, and the service that it replaces.",
    )
    parser.add_argument(
        "--only",
        type=_names,
        metavar="NAME,...",
        help=f"some of {', '.join(NAMES)} (default: all)",
    )
    for name, default, what in (
        ("--rounds", _ROUNDS, "turns of each server"),
        ("--seconds", _SECONDS, "seconds of a turn"),
    ):
        parser.add_argument(
            name, type=positive, default=default, metavar="N", help=f"{what} (default {default})"
        )
    for name, place, what in (
        ("--model", "onnx_models/sentiment.onnx", "the graph that is served"),
        ("--peers", ".venv-peers", "the environment of most other servers"),
        ("--mlserver", ".venv-mlserver", "the environment of MLServer"),
        ("--old", ".venv-old", "the environment of the old service"),
    ):
        parser.add_argument(
            name,
            type=Path,
            default=Path(place),
            metavar="PATH",
            help=f"{what} (default {place})",
        )
    parser.add_argument(
        "--write", type=Path, metavar="DIR", help=f"write {PAGE}, {JSON} and {FIGURE} there"
    )
    return parser


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if unknown := [name for name in names if name not in NAMES]:
        raise argparse.ArgumentTypeError(
            f"there is no server {unknown[0]!r}: name some of {', '.join(NAMES)}"
        )
    return names


if __name__ == "__main__":
    sys.exit(main())
