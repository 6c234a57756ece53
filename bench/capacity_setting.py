"""What can be set of the function, how the CDK calls it, and the rules of Lambda's that follow."""

from dataclasses import dataclass

from bench.capacity_aws import Aws

SMALLEST, LARGEST = 128, 10240  # MB
LONGEST = 900  # seconds of an invocation


class CapacityError(Exception):
    """What was asked for cannot be planned; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A function, as far as its capacity and its cost go.

    Attributes:
        memory: MB.
        reserved: most environments at once; None: the account's limit.
        provisioned: environments that are kept warm.
        snapstart: whether environments start from a snapshot.
        timeout: seconds after which an invocation is ended.
        architecture: x86_64 or arm64.
    """

    memory: int
    reserved: int | None
    provisioned: int = 0
    snapstart: bool = False
    timeout: int = 10
    architecture: str = "x86_64"

    @property
    def mode(self) -> str:
        """How environments come to be, for the tables."""
        if self.provisioned:
            return f"{self.provisioned} provisioned"
        return "SnapStart" if self.snapstart else "on demand"

    def context(self) -> dict[str, str]:
        """Return it as the settings of cdk/settings.py."""
        return {
            "memory": str(self.memory),
            "timeout": str(self.timeout),
            "reserved_concurrency": "none" if self.reserved is None else str(self.reserved),
            "provisioned_concurrency": str(self.provisioned),
            "snapstart": str(int(self.snapstart)),
            "architecture": self.architecture,
        } | ({"allow_arm64": "1"} if self.architecture == "arm64" else {})

    def command(self) -> str:
        """Return the command that deploys it."""
        options = " ".join(f"-c {name}={value}" for name, value in self.context().items())
        return f'make deploy ARGS="{options}"'


@dataclass(frozen=True, slots=True)
class Rules:
    """What a simulated fleet obeys; times are seconds, rates a second.

    Attributes:
        environments: most at once.
        requests_per_second: most requests; None: no limit.
        provisioned: warm environments among `environments`.
        provisioned_requests: most requests a second that those take.
        scaling_burst: most new environments at once; None: no limit.
        scaling_rate: new environments by which that is refilled.
        idle: after which an idle environment is reclaimed.
        timeout: after which an invocation is ended, and fails.
        init: longest INIT; the rest of a longer one counts as part of the invocation.
        window: over which requests are counted.
        waits: whether a request waits for an environment when all are busy. Lambda never does this
            to requests that wait for an answer; a queue in front of it does.
    """

    environments: int
    requests_per_second: float | None = None
    provisioned: int = 0
    provisioned_requests: float = 0.0
    scaling_burst: float | None = None
    scaling_rate: float = 0.0
    idle: float = float("inf")
    timeout: float = float("inf")
    init: float = float("inf")
    window: float = 1.0
    waits: bool = False


def rules_of(setting: Setting, account: int, aws: Aws) -> Rules:
    """Return the rules that hold for a function in an account with that limit of environments.

    Raises:
        CapacityError: AWS would refuse the setting.
    """
    _check(setting, account, aws)
    limits, assumed = aws.limits, aws.assumptions
    environments = account if setting.reserved is None else setting.reserved
    return Rules(
        environments=environments,
        requests_per_second=environments * limits.requests_per_environment.value,
        provisioned=setting.provisioned,
        provisioned_requests=setting.provisioned * limits.requests_per_environment.value,
        scaling_burst=limits.scaling_burst.value,
        scaling_rate=limits.scaling_rate.value,
        idle=assumed.idle.value,
        timeout=setting.timeout,
        init=limits.init.value,
        window=assumed.rate_window.value,
    )


def _check(setting: Setting, account: int, aws: Aws) -> None:
    highest = account - int(aws.limits.unreserved.value)
    if not SMALLEST <= setting.memory <= LARGEST:
        raise CapacityError(
            f"memory {setting.memory} is no size of Lambda's: give {SMALLEST} to {LARGEST} MB."
        )
    if setting.reserved is not None and not 1 <= setting.reserved <= highest:
        raise CapacityError(
            f"{setting.reserved} environments cannot be reserved in an account of {account}: give 1"
            f" to {highest}, or an account with a higher limit."
        )
    if setting.snapstart and setting.provisioned:
        raise CapacityError("SnapStart and provisioned concurrency exclude each other: take one.")
    if setting.provisioned > (highest if setting.reserved is None else setting.reserved):
        raise CapacityError(
            f"{setting.provisioned} provisioned environments are more than the limit: provision"
            f" fewer, or reserve more."
        )
