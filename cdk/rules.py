"""What settings that are good alone must not be together: AWS would refuse it, or it would hurt."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdk.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdk.settings import Settings


@dataclass(frozen=True, slots=True)
class Rule:
    """One combination that is refused, and the sentence that says what to change."""

    broken: "Callable[[Settings], bool]"
    message: str


RULES = (
    Rule(
        lambda s: s.architecture == "arm64" and not s.allow_arm64,
        "architecture=arm64 needs allow_arm64=1: onnxruntime may not start on arm64 functions, see"
        " microsoft/onnxruntime#10038.",
    ),
    Rule(
        lambda s: s.snapstart and s.provisioned_concurrency > 0,
        "snapstart=1 does not go with provisioned_concurrency, which Lambda refuses: set one of"
        " them to 0.",
    ),
    Rule(
        lambda s: s.provisioned_maximum > 0 and s.provisioned_concurrency == 0,
        "provisioned_maximum needs a provisioned_concurrency to grow from: set that to 1 or more.",
    ),
    Rule(
        lambda s: 0 < s.provisioned_maximum < s.provisioned_concurrency,
        "provisioned_maximum is below provisioned_concurrency: raise it, or set it to 0.",
    ),
    Rule(
        lambda s: (
            s.reserved_concurrency is not None
            and s.reserved_concurrency < max(s.provisioned_concurrency, s.provisioned_maximum)
        ),
        "reserved_concurrency is below provisioned_concurrency or provisioned_maximum: raise it,"
        " as Lambda takes the warm environments out of the reserved ones.",
    ),
    Rule(
        lambda s: s.auth == "none" and not s.cors_origins,
        "auth=none needs cors_origins, which say whose pages may call the URL: set it to"
        " https://example.com, or to * for everybody's.",
    ),
    Rule(
        lambda s: s.auth == "none" and s.reserved_concurrency is None,
        "auth=none needs a reserved_concurrency, or anybody could run up the bill: set it to a"
        " number.",
    ),
    Rule(
        lambda s: "*" in s.cors_origins and len(s.cors_origins) > 1,
        "cors_origins has * beside other origins: leave out one or the other.",
    ),
    Rule(
        lambda s: len(s.cors_origins) > 100,
        "cors_origins has more than the 100 origins that Lambda takes: leave some out.",
    ),
    Rule(
        lambda s: s.api_key_secret is not None and s.api_key_parameter is not None,
        "api_key_secret and api_key_parameter both give the API key: leave out one of them.",
    ),
    Rule(
        lambda s: s.p99_ms >= s.timeout * 1000,
        "p99_ms is not below timeout, so its alarm would never ring: lower it, or raise timeout.",
    ),
)


def check(settings: "Settings") -> None:
    """Refuse settings that do not go together.

    Raises:
        SettingsError: with the sentence of the first rule that is broken.
    """
    for rule in RULES:
        if rule.broken(settings):
            raise SettingsError(rule.message)
