"""Prices, limits and assumptions about AWS, out of the one file that has them: aws_prices.toml."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

AWS_FILE = Path(__file__).with_name("aws_prices.toml")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its value, of what, as of when, and where it stands."""

    value: float
    unit: str
    as_of: str
    source: str


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars."""

    request: Figure
    x86_64: Figure
    arm64: Figure
    provisioned_x86_64: Figure
    provisioned_arm64: Figure
    provisioned_work_x86_64: Figure
    provisioned_work_arm64: Figure
    snapshot: Figure
    restore: Figure
    function_url: Figure
    log: Figure


@dataclass(frozen=True, slots=True)
class Limits:
    """What AWS documents that Lambda allows."""

    one_vcpu: Figure
    account_concurrency: Figure
    unreserved: Figure
    new_account_concurrency: Figure
    requests_per_environment: Figure
    scaling_burst: Figure
    scaling_rate: Figure
    init: Figure
    billed_step: Figure


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What AWS does not document."""

    rate_window: Figure
    idle: Figure
    recycled: Figure
    platform_start: Figure
    restore: Figure
    log_bytes: Figure
    month: Figure


@dataclass(frozen=True, slots=True)
class Aws:
    """All that is taken of AWS: for one region, read on one day."""

    region: str
    read: date
    prices: Prices
    limits: Limits
    assumptions: Assumptions

    def share(self, memory: int) -> float:
        """Return how much of one vCPU a memory size (MB) gives to one thread, at most 1."""
        return min(1.0, memory / self.limits.one_vcpu.value)


def read_aws(path: Path = AWS_FILE) -> Aws:
    """Read the file.

    Raises:
        OSError: it cannot be read.
        msgspec.ValidationError: a figure is missing, or is no figure.
    """
    return msgspec.toml.decode(path.read_bytes(), type=Aws)
