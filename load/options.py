"""The options of the load test, beside Locust's own."""

import argparse
import re
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from load.errors import LoadError
from load.questions import Mix

if TYPE_CHECKING:
    from locust.argument_parser import LocustArgumentParser

CONSTANT, RAMP, SPIKE = "constant", "ramp", "spike"
_LIMIT = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")


@dataclass(frozen=True, slots=True)
class Limit:
    """How many requests may be of a kind.

    Attributes:
        text: as it was given.
        number: how many, or how many of a hundred.
        is_share: whether it is of a hundred.
    """

    text: str
    number: float
    is_share: bool

    def of(self, requests: int) -> int:
        """Return how many of so many requests may be."""
        return int(requests * self.number / 100) if self.is_share else int(self.number)


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for; empty and 0 mean what the options' help says.

    Numbers and texts only: the master sends them to its workers, and the web page changes them.
    """

    corpus: str
    metrics: str
    single_weight: float
    batch_weight: float
    batch_size: int
    think_min: float
    think_max: float
    retries: int
    requests: int
    api_key_env: str
    iam: bool
    region: str
    shape: str
    base_users: int
    max_failures: str
    max_shed: str
    p99: float
    summary: str

    @classmethod
    def of(cls, parsed: Namespace) -> "Options":
        """Take them out of all that Locust has parsed, or has from its page.

        Raises:
            LoadError: some of them do not go together.
        """
        options = cls(**{field.name: getattr(parsed, field.name) for field in fields(cls)})
        if min(options.single_weight, options.batch_weight) < 0:
            raise LoadError("A weight is negative: set --single-weight and --batch-weight to 0 up.")
        if not options.single_weight + options.batch_weight:
            raise LoadError("Both weights are 0: give --single-weight or --batch-weight.")
        if not 0 <= options.think_min <= options.think_max:
            raise LoadError("--think-min is more than --think-max: raise that, too.")
        if options.batch_size < 1:
            raise LoadError("--batch-size is less than 1: set it to how many texts a batch has.")
        return options

    @property
    def mix(self) -> Mix:
        """How much of which kind is sent."""
        return Mix(self.single_weight, self.batch_weight, self.batch_size)


def limit(text: str) -> Limit:
    """Read a number, or a percentage: "5", "0.5 %".

    Raises:
        ValueError: it is neither.
    """
    found = _LIMIT.fullmatch(text.strip())
    if not found or (found[2] and float(found[1]) > 100):
        raise ValueError
    return Limit(text, float(found[1]), bool(found[2]))


def add_options(parser: "LocustArgumentParser") -> None:
    """Add them to Locust's; those that its page shows are not in a group, or it would not."""
    add = parser.add_argument
    number, whole = _number(float), _number(int)
    add("--single-weight", type=number, default=9.0, help="weight of single texts (9)")
    add("--batch-weight", type=number, default=1.0, help="weight of batches (1)")
    add("--batch-size", type=whole, default=32, help="texts of a batch (32)")
    add("--think-min", type=number, default=0.0, help="seconds between requests, at least (0)")
    add("--think-max", type=number, default=0.0, help="seconds between requests, at most (0)")
    add(
        "--retries",
        type=whole,
        default=0,
        help="how often a request that was answered with 503 is sent again, after as long as"
        " Retry-After says and up to as long again (0)",
    )
    add("--requests", type=whole, default=0, help="stop after so many requests (0: do not)")
    group = parser.add_argument_group("The service that is asked")
    _add_service(group)
    _add_shapes(group)
    _add_goals(parser.add_argument_group("Goals, which the exit status tells"))


def _add_service(group: "argparse._ArgumentGroup") -> None:
    add = group.add_argument
    add(
        "--corpus",
        default="",
        metavar="FILE",
        help="texts to send, one a line (headlines of our own)",
    )
    add(
        "--metrics",
        default="",
        metavar="FILE",
        help="metrics.json of the graph that is served, for its labels (the committed one's)",
    )
    add(
        "--api-key-env",
        default="FINTONE_API_KEY",
        metavar="NAME",
        help="environment variable that has the API key (FINTONE_API_KEY)",
    )
    add("--iam", action="store_true", help="sign requests for a function URL of AuthType AWS_IAM")
    add("--region", default="", help="of the function, where the URL does not tell it")


def _add_shapes(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--shape",
        choices=(CONSTANT, RAMP, SPIKE),
        default=CONSTANT,
        help=f"{CONSTANT}: --users all the time; {RAMP}: ever more, up to --users at --run-time;"
        f" {SPIKE}: --base-users, but --users in the middle third of --run-time ({CONSTANT})",
    )
    group.add_argument(
        "--base-users", type=_number(int), default=1, help=f"users beside a {SPIKE} (1)"
    )


def _add_goals(group: "argparse._ArgumentGroup") -> None:
    add = group.add_argument
    add(
        "--max-failures",
        type=_limit,
        default="0",
        metavar="N[%]",
        help="goal: requests that may fail; 503 with Retry-After is no failure (0)",
    )
    add(
        "--max-shed",
        type=_limit,
        default="100%",
        metavar="N[%]",
        help="goal: requests that may be answered with 503 and Retry-After (any)",
    )
    add(
        "--p99",
        type=_number(float),
        default=0.0,
        metavar="MS",
        help="goal: milliseconds that 99 of 100 requests may take, those with 503 aside (any)",
    )
    add("--summary", default="", metavar="FILE", help="write what came of it as JSON")


def _limit(text: str) -> str:
    try:
        return limit(text).text
    except ValueError:
        message = f"{text} is neither a number nor a percentage such as 0.5%"
        raise argparse.ArgumentTypeError(message) from None


def _number(kind: Callable[[str], float]) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            number = kind(text)
        except ValueError:
            number = -1
        if not 0 <= number < 1e9:  # nan as well
            wanted = "whole number" if kind is int else "number"
            raise argparse.ArgumentTypeError(f"{text} is no {wanted} from 0 up")
        return number

    return parse
