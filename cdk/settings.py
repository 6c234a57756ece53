"""The settings: `-c key=value` or FINTONE_CDK_KEY, read once into one frozen dataclass."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from cdk import parsing, rules
from cdk.errors import SettingsError

PREFIX = "FINTONE_CDK_"

# The days that CloudWatch Logs keeps a log:
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
LOG_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)

# A browser sends an origin and nothing behind it. Lambda takes up to 253 characters.
_ORIGIN = r"\*|https?://(?=.{1,245}$)[A-Za-z0-9.-]+(:[0-9]{1,5})?"
# The characters that Secrets Manager and Parameter Store take, and no other: what is written here
# goes into {{resolve:…}}, in which a colon or a brace means something else.
_NAME_IN_SECRETS_MANAGER = (
    r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[\w/+=.@-]+|[\w/+=.@-]{1,512}"
)
_NAME_IN_SSM = r"[\w./-]{1,1011}(:[1-9][0-9]*)?"

# What the CDK's command line itself puts among the settings; its other keys have : or @ in them.
_OF_THE_CLI = {"acknowledged-issue-numbers", "cli-telemetry"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set. Each field's metadata has its `Setting`; `describe` reads them.

    Raises:
        SettingsError: values that are good alone, but not together.
    """

    stack_name: str = field(
        default="fintone",
        metadata=parsing.text(
            "letters, digits and hyphens, a letter first, 128 at most",
            "Name of the stack",
            r"[A-Za-z][A-Za-z0-9-]{0,127}",
        ),
    )
    memory: int = field(
        default=1769,
        metadata=parsing.whole("Memory in MB; 1769 comes with one whole vCPU", 128, 10240),
    )
    timeout: int = field(
        default=10, metadata=parsing.whole("Seconds after which an invocation is ended", 1, 900)
    )
    architecture: str = field(
        default="x86_64",
        metadata=parsing.one_of(
            "Processor of image and function; arm64 only with allow_arm64=1", "x86_64", "arm64"
        ),
    )
    allow_arm64: bool = field(
        default=False,
        metadata=parsing.switch(
            "1 allows architecture=arm64, on which onnxruntime may not start"
            " (microsoft/onnxruntime#10038)"
        ),
    )
    reserved_concurrency: int | None = field(
        default=50,
        metadata=parsing.whole_or_none(
            "Most environments at once, which bounds the bill; none: no bound but the account's",
            1,
            100_000,
        ),
    )
    provisioned_concurrency: int = field(
        default=0,
        metadata=parsing.whole("Environments that are kept warm, and paid for", 0, 100_000),
    )
    provisioned_maximum: int = field(
        default=0,
        metadata=parsing.whole(
            "Warm environments may grow to this with the load; 0: they stay as many", 0, 100_000
        ),
    )
    provisioned_utilization: float = field(
        default=0.7,
        metadata=parsing.fraction(
            "Share of the warm environments in use at which they grow", 0.1, 0.9
        ),
    )
    snapstart: bool = field(
        default=False,
        metadata=parsing.switch("1 starts environments from a snapshot of the version"),
    )
    auth: str = field(
        default="iam",
        metadata=parsing.one_of(
            "Who may call the URL: iam (signed requests) or none (anybody)", "iam", "none"
        ),
    )
    cors_origins: tuple[str, ...] = field(
        default=(),
        metadata=parsing.texts(
            "origins as https://example.com, with commas between them, or *",
            "Origins whose pages may call the URL; needed with auth=none",
            _ORIGIN,
        ),
    )
    api_key_secret: str | None = field(
        default=None,
        metadata=parsing.text(
            "the name or the ARN of a secret",
            "Secret of Secrets Manager whose whole text is the API key",
            _NAME_IN_SECRETS_MANAGER,
            "(none)",
        ),
    )
    api_key_parameter: str | None = field(
        default=None,
        metadata=parsing.text(
            "the name of a parameter, with :VERSION behind it if need be",
            "Parameter of SSM, of type String, that is the API key",
            _NAME_IN_SSM,
            "(none)",
        ),
    )
    alarm_email: str | None = field(
        default=None,
        metadata=parsing.text(
            "an e-mail address", "Who is told of alarms", r"[^@\s,]+@[^@\s,]+\.[^@\s,]+", "(none)"
        ),
    )
    log_days: int = field(
        default=30, metadata=parsing.one_number_of("Days that the log is kept", LOG_DAYS)
    )
    metrics: bool = field(
        default=True,
        metadata=parsing.switch(
            "0 leaves out the metrics of texts, words and labels, which are paid for", "1"
        ),
    )
    deployment: str = field(
        default="canary",
        metadata=parsing.one_of(
            "canary: 10 % of the requests for 5 minutes, rolled back on alarms; or all-at-once",
            "canary",
            "all-at-once",
        ),
    )
    p99_ms: int = field(
        default=500,
        metadata=parsing.whole(
            "Alarm when the slowest of 100 requests takes longer, in ms", 1, 900_000
        ),
    )

    def __post_init__(self) -> None:
        rules.check(self)

    @classmethod
    def read(cls, context: Mapping[str, object], environment: Mapping[str, str]) -> "Settings":
        """Read the settings; the context goes first, and what is unset or blank keeps its default.

        Args:
            context: the CDK's context, its own keys included, which are passed over.
            environment: the environment variables.

        Raises:
            SettingsError: a value cannot be used, or a key is none of ours.
        """
        _refuse_unknown(context, environment)
        values: dict[str, Any] = {}
        for entry in fields(cls):
            for source, given in (
                (entry.name, str(context.get(entry.name, ""))),
                (variable(entry.name), environment.get(variable(entry.name), "")),
            ):
                if given.strip():
                    values[entry.name] = _parse(setting_of(entry), source, given.strip())
                    break
        return cls(**values)


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + name.upper()


def setting_of(entry: Field[Any]) -> parsing.Setting:
    """Return how a field of `Settings` is given."""
    found: parsing.Setting = entry.metadata[parsing.METADATA_KEY]
    return found


def describe() -> Iterator[tuple[str, str, str]]:
    """Yield (key, default, description) for each setting, in the order of the dataclass."""
    for entry in fields(Settings):
        found = setting_of(entry)
        yield entry.name, found.shown_default or str(entry.default), found.description


def _parse(found: parsing.Setting, source: str, given: str) -> object:
    try:
        return found.parse(given)
    except (ValueError, KeyError):
        raise SettingsError(f"{source} is {given[:60]!r}: set it to {found.wanted}.") from None


def _refuse_unknown(context: Mapping[str, object], environment: Mapping[str, str]) -> None:
    names = {entry.name: entry.name for entry in fields(Settings)}
    of_cdk = {key for key in context if key in _OF_THE_CLI or set(key) & set(":@")}
    _refuse_misspelt(context.keys() - of_cdk, names)
    variables = {variable(name): name for name in names}
    _refuse_misspelt({key for key in environment if key.startswith(PREFIX)}, variables)


def _refuse_misspelt(given: set[str], known: Mapping[str, str]) -> None:
    for key in sorted(given - known.keys()):
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
        raise SettingsError(f"{key[:60]!r} is no setting: {hint}")
