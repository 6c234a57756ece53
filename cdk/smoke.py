"""Asks a deployed URL whether it works: `python -m cdk.smoke URL`, or `make smoke URL=…`."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from http import HTTPStatus
from pathlib import Path

from botocore.exceptions import BotoCoreError
from botocore.session import Session

from cdk.errors import SettingsError
from cdk.model import labels
from cdk.signing import Signer, SigningError, region_for, region_of
from cdk.smoke_checks import Expected, check_closed, check_first, checks
from cdk.smoke_client import Client, TargetError
from cdk.smoke_shapes import CheckFailedError

_METRICS = Path(__file__).resolve().parent.parent / "onnx_models" / "metrics.json"
_HEALTH = "/health/ready"


class Report:
    """Prints a line for each check, and counts those that fail."""

    def __init__(self) -> None:
        self.failed = 0

    def run(self, name: str, check: Callable[[], str]) -> bool:
        """Run one check; return whether it held."""
        try:
            figures = check()
        except CheckFailedError as error:
            self.failed += 1
            self._line("✗", name, f"{error}.")
            return False
        self._line("✓", name, figures)
        return True

    def _line(self, mark: str, name: str, text: str) -> None:
        sys.stdout.write(f"{mark} {name:<15}{text}\n")
        sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    """Run the checks; return 0 if all hold, else 1, after one sentence where none can run."""
    options = _parser().parse_args(arguments)
    try:
        return 1 if _smoke(options) else 0
    except (TargetError, SigningError, SettingsError) as error:
        sys.stderr.write(f"{error}\n")
    except BotoCoreError as error:
        reason = str(error).rstrip(".")
        sys.stderr.write(f"AWS's configuration cannot be used ({reason}): see AWS_PROFILE.\n")
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        return 130  # as shells have it: 128 + SIGINT
    return 1


def _smoke(options: argparse.Namespace) -> int:
    """Return the number of checks that failed."""
    expected = Expected(frozenset(labels(options.metrics)), options.p95_ms, options.requests)
    session, report = Session(), Report()
    with closing(Client(options.url, session, _api_key(options.api_key_env))) as client:
        first = client.ask("GET", _HEALTH)
        # What IAM refuses does not reach the function, so the first request is still to come.
        if options.iam or (first.status == HTTPStatus.FORBIDDEN and region_of(options.url)):
            region = region_for(options.url, options.region, session)
            client.signer = Signer(session, region)
            report.run("IAM", partial(check_closed, first))
            first = client.ask("GET", _HEALTH)
        if not report.run("ready", partial(check_first, first)):
            sys.stdout.write("The other checks were left out.\n")
            return report.failed
        for name, check in checks(client):
            report.run(name, partial(check, client, expected))
    return report.failed


def _api_key(variable: str) -> str | None:
    key = os.environ.get(variable, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise TargetError(f"{variable} cannot be sent as a header: set it to the key, in ASCII.")
    return key or None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cdk.smoke",
        description="Ask a deployed URL, and check its answers, headers and latency.",
    )
    parser.add_argument("url", metavar="URL", help="the root of the service: FunctionUrl")
    parser.add_argument(
        "--iam",
        action="store_true",
        help="sign, and fail if unsigned requests are answered (a function URL that answers 403 is"
        " signed for in any case)",
    )
    parser.add_argument("--region", help="of the function, where the URL does not tell it")
    parser.add_argument(
        "--api-key-env",
        metavar="NAME",
        default="FINTONE_API_KEY",
        help="environment variable that has the API key (FINTONE_API_KEY)",
    )
    parser.add_argument(
        "--p95-ms",
        type=_whole(0, 900_000),
        default=2000,
        help="longest 95th percentile of warm requests (2000)",
    )
    parser.add_argument(
        "--requests", type=_whole(1, 10_000), default=20, help="warm requests to time (20)"
    )
    parser.add_argument(
        "--metrics",
        type=Path,
        default=_METRICS,
        help="metrics.json of the graph that was deployed (onnx_models/metrics.json)",
    )
    return parser


def _whole(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isdecimal() and lowest <= (number := int(text)) <= highest):
            message = f"{text} is no whole number from {lowest} to {highest}"
            raise argparse.ArgumentTypeError(message)
        return number

    return parse


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
