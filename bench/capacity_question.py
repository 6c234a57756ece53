"""What the plan is asked."""

import math
from dataclasses import dataclass

from bench.capacity_arrivals import SHAPES
from bench.capacity_setting import LARGEST, LONGEST, SMALLEST, CapacityError

_MOST_REQUESTS = 20_000_000


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be served, and with what; refuses what makes no sense.

    Attributes:
        rate: requests a second, at their most.
        seconds: how long is simulated.
        shape: how requests arrive, one of `bench.capacity_arrivals.SHAPES`.
        success: share of requests that have to be answered.
        p99: seconds within which 99 of 100 answers have to be there.
        memories: sizes to choose from (MB).
        account: the account's limit of environments.
        timeout: seconds.
        architecture: x86_64 or arm64.
        seed: of all that is random.

    Raises:
        CapacityError: a value cannot be served by anything; the message names its option.
    """

    rate: float
    seconds: float
    shape: str
    success: float
    p99: float
    memories: tuple[int, ...]
    account: int
    timeout: int = 10
    architecture: str = "x86_64"
    seed: int = 0

    def __post_init__(self) -> None:
        for wrong, message in (
            (self.shape not in SHAPES, f"--arrivals is one of {', '.join(SHAPES)}."),
            (not 0 < self.rate < math.inf, "--rps has to be more than 0 requests a second."),
            (not 0 < self.seconds < math.inf, "--seconds has to be more than 0."),
            (not 0 < self.success <= 1, "--success is a share: more than 0, and 1 at most."),
            (not 0 < self.p99 < math.inf, "--p99 has to be more than 0 ms."),
            (self.account < 1, "--account has to be 1 environment or more."),
            (not self.memories, "--memory needs one size or more."),
            (
                not all(SMALLEST <= memory <= LARGEST for memory in self.memories),
                f"--memory takes sizes of Lambda's: {SMALLEST} to {LARGEST} MB.",
            ),
            (not 1 <= self.timeout <= LONGEST, f"--timeout takes 1 to {LONGEST} seconds."),
        ):
            if wrong:
                raise CapacityError(message)
        if self.rate * self.seconds > _MOST_REQUESTS:
            raise CapacityError(
                f"{self.rate:g} requests a second for {self.seconds:g} s are more than"
                f" {_MOST_REQUESTS:,} to simulate: take fewer --seconds."
            )
