"""The command `python -m bench.load`: the service under load, for docs/load-test.md."""

import argparse
import datetime
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import msgspec

from bench.command import fail
from bench.load_locust import LocustError
from bench.load_measure import (
    MIXED,
    SINGLE,
    Plan,
    measure_cells,
    measure_overload,
    measure_soak,
)
from bench.load_report import from_json, render, to_json, to_markdown
from bench.load_results import Results
from bench.load_service import Cores, ServiceError, choose_cores
from bench.timing import describe_machine
from load.errors import LoadError
from load.labels import METRICS, read_labels

_PARTS = ("requests", "overload", "soak")
_PACKAGES = ("onnxruntime", "starlette", "uvicorn", "uvloop", "locust")
_JSON = "load-test.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return 0 whether the goals are met or not; 1 if nothing was measured."""
    options = _parser().parse_args(arguments)
    if options.write and not options.write.is_dir():
        return fail(f"{options.write} is no folder: name one with --write.")
    try:
        plan = Plan(
            labels=read_labels(METRICS),
            requests=options.requests,
            concurrencies=options.clients,
            overload=options.overload,
            soak=options.soak,
        )
        results = _measure(plan, options.only, options.write)
    except (ServiceError, LocustError, LoadError) as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"The service cannot be reached, or a file not be written: {error}.")
    sys.stdout.write(render(results))
    return 0


def _measure(plan: Plan, parts: Sequence[str], folder: Path | None) -> Results:
    """Measure the parts, and write what there is after each of them."""
    cores = choose_cores()
    results = _begin(cores, folder)
    for part in parts:
        if part == "requests":
            results = replace(results, cells=measure_cells(plan, cores))
        elif part == "overload":
            results = replace(results, overload=measure_overload(plan, cores, SINGLE))
            results = replace(results, mixed=measure_overload(plan, cores, MIXED))
        else:
            results = replace(results, soak=measure_soak(plan, cores))
        today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        results = replace(results, dates={**results.dates, part: today})
        if folder:
            _write(results, folder)
    return results


def _begin(cores: Cores, folder: Path | None) -> Results:
    """Take up what was measured before on the same machine, or begin with nothing."""
    machine = describe_machine(cores.generator, _PACKAGES)
    fresh = Results(machine, asdict(cores), {})
    try:
        before = from_json((folder / _JSON).read_bytes()) if folder else fresh
    except (FileNotFoundError, msgspec.DecodeError):
        return fresh
    if replace(before.machine, load=0.0) != replace(machine, load=0.0):
        return fresh
    return replace(before, machine=machine, cores=asdict(cores))


def _write(results: Results, folder: Path) -> None:
    # matplotlib takes a second to import, and not every run draws.
    from bench.load_plot import latency_figure, memory_figure, throughput_figure
    from train.plots import write_svg

    (folder / _JSON).write_bytes(to_json(results))
    (folder / "load-test.md").write_text(to_markdown(results), encoding="utf-8")
    if results.cells:
        write_svg(throughput_figure(results), folder / "load-throughput.svg")
    if any(results.overloads()) or results.soak:
        write_svg(latency_figure(results), folder / "load-latency.svg")
    if results.soak:
        write_svg(memory_figure(results), folder / "load-memory.svg")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.load",
        description="Starts the service on one core, and asks it from another: numbers of requests"
        " by numbers of clients, by Locust and by a generator that costs less; three times what it"
        " can answer; and half of that for long.",
    )
    add = parser.add_argument
    add(
        "--only",
        type=_list_of(_part),
        default=_PARTS,
        metavar="PARTS",
        help=f"some of {','.join(_PARTS)}; with --write, the others stay as they are",
    )
    add(
        "--requests",
        type=_list_of(_whole),
        default=(1000, 10_000),
        metavar="N,N",
        help="numbers of requests (1000,10000)",
    )
    add(
        "--clients",
        type=_list_of(_whole),
        default=(1, 10, 100, 1000),
        metavar="N,N",
        help="numbers of clients (1,10,100,1000)",
    )
    add("--overload", type=_whole, default=60, metavar="SECONDS", help="each overload (60)")
    add("--soak", type=_whole, default=600, metavar="SECONDS", help="soak (600)")
    add("--write", type=Path, metavar="DIR", help="write load-test.md, .json and plots there")
    return parser


def _list_of(parse: Callable[[str], object]) -> Callable[[str], tuple[object, ...]]:
    def parse_all(text: str) -> tuple[object, ...]:
        return tuple(parse(part.strip()) for part in text.split(","))

    return parse_all


def _whole(text: str) -> int:
    if not (text.isdecimal() and 0 < (number := int(text)) < 10**7):
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 1 to 9999999")
    return number


def _part(text: str) -> str:
    if text not in _PARTS:
        raise argparse.ArgumentTypeError(f"{text} is no part: name {', '.join(_PARTS)}")
    return text


if __name__ == "__main__":
    sys.exit(main())
