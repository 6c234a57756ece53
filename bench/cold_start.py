"""The command `python -m bench.cold_start`: what a new execution environment costs, beside what."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.cold_launch import Launcher
from bench.cold_measure import Subject, measure
from bench.cold_place import emulator_path
from bench.cold_report import render, to_json, to_markdown
from bench.cold_results import Results
from bench.cold_run import Plan
from bench.command import fail, positive

_QUICK_STARTS = 3
_STARTS = 11


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0 whether the goals are met or not; 1 if nothing was measured."""
    options = _parser().parse_args(arguments)
    emulator = emulator_path()
    if not emulator.is_file():
        return fail(f"{emulator} is not there: fetch it with `make bench-cold`, on Linux.")
    if options.write and not options.write.is_dir():
        return fail(f"{options.write} is no folder: name one with --write.")
    old = None if options.skip_old else options.old
    starts = options.starts or (_QUICK_STARTS if options.quick else _STARTS)
    with tempfile.TemporaryDirectory() as folder:
        launcher = Launcher.find(Path(folder))
        results = measure(launcher, Subject(emulator, options.image, old), Plan(starts))
    sys.stdout.write(render(results))
    try:
        if options.write:
            _write(results, options.write)
    except OSError as error:
        return fail(f"{options.write} cannot be written ({error.strerror}): name another folder.")
    return 0


def _write(results: Results, folder: Path) -> None:
    # matplotlib takes a second to import, and not every run draws.
    from bench.cold_plot import init_figure
    from train.plots import write_svg

    (folder / "cold-start.json").write_bytes(to_json(results))
    (folder / "cold-start.md").write_text(to_markdown(results), encoding="utf-8")
    write_svg(init_figure(results), folder / "cold-start.svg")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.cold_start",
        description="Starts the function afresh, again and again, under AWS's Runtime Interface"
        " Emulator, beside an empty one, onnxruntime alone and the service that it replaces;"
        " at one CPU and at shares of memory and CPU as Lambda gives them.",
    )
    parser.add_argument(
        "--starts",
        type=positive,
        metavar="N",
        help=f"fresh starts of each function under each limit (default {_STARTS})",
    )
    parser.add_argument(
        "--quick", action="store_true", help=f"{_QUICK_STARTS} starts: minutes, noisier figures"
    )
    parser.add_argument(
        "--image",
        default="fintone:lambda",
        metavar="TAG",
        help="the image, if docker or podman has it (default %(default)s)",
    )
    parser.add_argument(
        "--old",
        type=Path,
        default=Path(".venv-old"),
        metavar="DIR",
        help="the environment of the old service (default %(default)s)",
    )
    parser.add_argument("--skip-old", action="store_true", help="leave the old service out")
    parser.add_argument(
        "--write", type=Path, metavar="DIR", help="write cold-start.md, .json and .svg there"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
