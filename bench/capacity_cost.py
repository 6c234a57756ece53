"""What a setting costs under the traffic that was simulated."""

from dataclasses import dataclass

import numpy as np

from bench.capacity_aws import Aws
from bench.capacity_fleet import COLD, PROVISIONED, THROTTLED
from bench.capacity_setting import Setting
from bench.capacity_simulation import Outcome

_GB, _MILLION = 1e9, 1e6
_MB_PER_GB = 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """US dollars a month, and how many requests that pays for; throttled ones cost nothing."""

    requests: float
    work: float
    starts: float
    provisioned: float
    snapshots: float
    log: float
    millions: float

    @property
    def month(self) -> float:
        """All of it."""
        return (
            self.requests + self.work + self.starts + self.provisioned + self.snapshots + self.log
        )

    @property
    def per_million(self) -> float:
        """Of a million requests."""
        return self.month / self.millions if self.millions else float("nan")


def cost(outcome: Outcome, setting: Setting, seconds: float, aws: Aws) -> Cost:
    """Return what a month of such traffic costs.

    Invocations are billed in whole milliseconds, INIT as they are. A simulated window begins with
    no environment, a month does not: so what a month has of starts is not the window's, over and
    over, but all of its environments anew whenever Lambda recycles them.

    Args:
        outcome: of the traffic.
        setting: of the function.
        seconds: how long the traffic went on.
        aws: prices and assumptions.
    """
    prices, assumed = aws.prices, aws.assumptions
    arm = setting.architecture == "arm64"
    gigabytes = setting.memory / _MB_PER_GB
    month = assumed.month.value
    scale = month / seconds
    invoked = outcome.fates != THROTTLED
    warm = outcome.fates == PROVISIONED
    price = (prices.arm64 if arm else prices.x86_64).value
    warm_price = (prices.provisioned_work_arm64 if arm else prices.provisioned_work_x86_64).value
    keeping = (prices.provisioned_arm64 if arm else prices.provisioned_x86_64).value
    step = aws.limits.billed_step.value
    # 0.001 times a whole number is not always a whole number of steps again.
    billed = np.ceil(np.minimum(outcome.draws.works, setting.timeout) / step - 1e-9) * step
    calls = int(np.count_nonzero(invoked)) * scale
    return Cost(
        requests=calls * (prices.request.value + prices.function_url.value),
        work=gigabytes
        * scale
        * float(billed[invoked & ~warm].sum() * price + billed[warm].sum() * warm_price),
        starts=_one_start(outcome, setting, gigabytes * price, gigabytes, aws)
        * (outcome.started * month / assumed.recycled.value),
        provisioned=setting.provisioned * gigabytes * month * keeping,
        snapshots=setting.snapstart * gigabytes * month * prices.snapshot.value,
        log=calls * assumed.log_bytes.value / _GB * prices.log.value,
        millions=calls / _MILLION,
    )


def _one_start(
    outcome: Outcome, setting: Setting, second: float, gigabytes: float, aws: Aws
) -> float:
    """Return what one start costs; a second of INIT costs `second`."""
    if setting.snapstart:
        return gigabytes * aws.prices.restore.value
    starts = outcome.draws.starts[outcome.fates == COLD]
    if not len(starts):
        return 0.0
    return max(0.0, float(starts.mean()) - aws.assumptions.platform_start.value) * second
