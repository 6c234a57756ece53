"""The command `python -m bench.capacity`: what so many requests take of AWS, and cost there."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.capacity_arrivals import SHAPES
from bench.capacity_aws import Aws, read_aws
from bench.capacity_measured import read_measured, read_service
from bench.capacity_plan import Plan, plan
from bench.capacity_question import Question
from bench.capacity_report import JSON, PAGE, SVG, chosen, render, to_json, to_markdown
from bench.capacity_setting import CapacityError
from bench.command import fail

_COLD_START = Path("docs/cold-start.json")
_MEASURED = Path("docs", JSON)
_MEMORIES = "512,768,1024,1536,1769,3008"
_LONGEST, _ENOUGH = 60.0, 600_000  # seconds, requests: what is simulated unless told otherwise


def main(arguments: Sequence[str] | None = None) -> int:
    """Plan and print; return 0, or 1 if no setting will do or the question cannot be answered."""
    options = _parser().parse_args(arguments)
    aws = read_aws()
    begin = time.monotonic()
    try:
        question = _question(options)
        if options.write:
            found = _write(question, options, aws)
        else:
            measured = read_measured(options.cold_start, _service_ms(options), aws)
            found = plan(question, measured, aws, _say)
            _draw(found, options.svg)
    except CapacityError as error:
        return fail(str(error))
    except OSError as error:
        return fail(f"{error.filename} cannot be written ({error.strerror}): name another place.")
    _say(f"{time.monotonic() - begin:.0f} s")
    sys.stdout.write(render(found, aws))
    return 0 if found.best else fail(chosen(found))


def _question(options: argparse.Namespace) -> Question:
    try:
        memories = tuple(int(each) for each in options.memory.split(","))
    except ValueError:
        raise CapacityError(
            "--memory takes whole numbers of MB with commas between them: 512,1024."
        ) from None
    seconds = options.seconds
    if seconds is None:
        seconds = min(_LONGEST, _ENOUGH / options.rps) if options.rps > 0 else _LONGEST
    return Question(
        rate=options.rps,
        seconds=seconds,
        shape=options.arrivals,
        success=options.success,
        p99=options.p99 / 1e3,
        memories=memories,
        account=options.account,
        timeout=options.timeout,
        architecture=options.architecture,
    )


def _service_ms(options: argparse.Namespace) -> tuple[float, ...] | None:
    if options.service:
        return read_service(options.service)
    return read_service(_MEASURED) if _MEASURED.is_file() else None


def _write(question: Question, options: argparse.Namespace, aws: Aws) -> Plan:
    # Only this needs Locust, a server and an HTTP client.
    from bench.capacity_run import evaluate, measure_all, read_measurement

    folder: Path = options.write
    if not folder.is_dir():
        raise CapacityError(f"{folder} is no folder: name one with --write.")
    found = read_measurement(folder / JSON) if options.keep_measured else measure_all(_say)
    measured = read_measured(options.cold_start, found.service_ms, aws)
    results = evaluate(question, measured, options.cold_start, aws, _say)
    (folder / JSON).write_bytes(to_json(results, found))
    (folder / PAGE).write_text(to_markdown(results, found, aws), encoding="utf-8")
    _draw(results.plan, folder / SVG)
    return results.plan


def _draw(found: Plan, path: Path) -> None:
    # matplotlib takes a second to import.
    from bench.capacity_plot import plan_figure
    from train.plots import write_svg

    path.parent.mkdir(parents=True, exist_ok=True)
    write_svg(plan_figure(found), path)


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.capacity",
        description="Simulates Lambda's rules under the traffic that is expected, with the times"
        " that were measured, and names the cheapest setting that does.",
    )
    asked = parser.add_argument_group("what is to be served")
    asked.add_argument("--rps", type=float, default=10_000, metavar="N", help="requests a second")
    asked.add_argument(
        "--arrivals",
        default="poisson",
        metavar="SHAPE",
        help=f"how they arrive: {', '.join(SHAPES)} (default %(default)s)",
    )
    asked.add_argument(
        "--success", type=float, default=0.99, metavar="SHARE", help="(default %(default)s)"
    )
    asked.add_argument(
        "--p99", type=float, default=500, metavar="MS", help="of answers (default %(default)s)"
    )
    asked.add_argument(
        "--seconds",
        type=float,
        metavar="S",
        help=f"how long is simulated (default {_LONGEST:g}, less at more than 10,000 a second)",
    )
    given = parser.add_argument_group("what there is")
    given.add_argument(
        "--memory",
        default=_MEMORIES,
        metavar="MB,...",
        help="sizes to choose from (default %(default)s)",
    )
    given.add_argument(
        "--account",
        type=int,
        default=1000,
        metavar="N",
        help="environments that the account allows (default %(default)s, as AWS's)",
    )
    given.add_argument("--timeout", type=int, default=10, metavar="S", help="(default %(default)s)")
    given.add_argument(
        "--architecture", default="x86_64", choices=("x86_64", "arm64"), help="prices differ"
    )
    _add_files(parser.add_argument_group("files"))
    return parser


def _add_files(files: "argparse._ArgumentGroup") -> None:
    files.add_argument(
        "--cold-start",
        type=Path,
        default=_COLD_START,
        metavar="FILE",
        help="what bench.cold_start wrote (default %(default)s)",
    )
    files.add_argument(
        "--service",
        type=Path,
        metavar="FILE",
        help=f"JSON with service_ms, milliseconds of warm invocations (default {_MEASURED})",
    )
    files.add_argument(
        "--svg",
        type=Path,
        default=Path("artifacts", SVG),
        metavar="FILE",
        help="where the figure goes (default %(default)s)",
    )
    files.add_argument(
        "--write",
        type=Path,
        metavar="DIR",
        help=f"measure, validate, and write {PAGE}, .json and .svg there (minutes, Linux)",
    )
    files.add_argument(
        "--keep-measured",
        action="store_true",
        help=f"with --write: take what {JSON} there has, and measure nothing",
    )


if __name__ == "__main__":
    sys.exit(main())
