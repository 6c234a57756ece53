"""The settings: FINTONE_* environment variables, read once into one frozen dataclass."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from runtime.cores import available_cores

_HOME = Path(__file__).resolve().parent.parent
_METADATA_KEY = "variable"


class SettingsError(Exception):
    """An environment variable has a value that cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Variable:
    """The environment variable of one setting.

    Attributes:
        name: FINTONE_ and the rest.
        wanted: which values it takes, as the end of "set it to …".
        description: what it does, for the README and --help.
        parse: makes the value, or raises ValueError or KeyError.
        shown_default: the default, as a reader should see it, where its value would not do.
        secret: whether its value is shown to nobody. A blank one is a mistake, and no default:
            what it was to close would stay open.
    """

    name: str
    wanted: str
    description: str
    parse: Callable[[str], object]
    shown_default: str | None = None
    secret: bool = False


def _variable(
    name: str,
    wanted: str,
    description: str,
    parse: Callable[[str], object],
    shown_default: str | None = None,
    *,
    secret: bool = False,
) -> Mapping[str, Variable]:
    return {_METADATA_KEY: Variable(name, wanted, description, parse, shown_default, secret)}


def _whole(
    name: str,
    description: str,
    lowest: int = 1,
    highest: int = 2**31 - 1,
    shown_default: str | None = None,
) -> Mapping[str, Variable]:
    def parse(value: str) -> int:
        number = int(value)
        if not lowest <= number <= highest:
            raise ValueError
        return number

    wanted = f"a whole number from {lowest} to {highest}"
    return _variable(name, wanted, description, parse, shown_default)


def _switch(name: str, description: str, default: str) -> Mapping[str, Variable]:
    parse = {"0": False, "1": True}.__getitem__
    return _variable(name, "0 or 1", description, parse, default)


def _key(value: str) -> str:
    if not re.fullmatch("[!-~]{16,1024}", value):
        raise ValueError
    return value


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set. Each field's metadata has its `Variable`; `describe` reads them."""

    model: Path = field(
        default=_HOME / "onnx_models" / "sentiment.onnx",
        metadata=_variable(
            "FINTONE_MODEL",
            "the path of an .onnx file",
            "The graph to serve; beside it lies its SHA-256, in a file named alike plus `.sha256`",
            Path,
            "onnx_models/sentiment.onnx",
        ),
    )
    host: str = field(
        default="0.0.0.0",  # noqa: S104 - a container is reached from outside it
        metadata=_variable(
            "FINTONE_HOST",
            "an address or a host name of this machine",
            "The address to listen on",
            str,
        ),
    )
    port: int = field(
        default=8080,
        metadata=_whole("FINTONE_PORT", "The port to listen on; 0: any free one", 0, 65535),
    )
    workers: int = field(
        default_factory=available_cores,
        metadata=_whole(
            "FINTONE_WORKERS", "Worker processes", 1, 1024, shown_default="one per available core"
        ),
    )
    max_body_bytes: int = field(
        default=1024 * 1024,
        metadata=_whole("FINTONE_MAX_BODY_BYTES", "The longest request body, in bytes"),
    )
    max_head_bytes: int = field(
        default=64 * 1024,
        metadata=_whole("FINTONE_MAX_HEAD_BYTES", "The longest request line and headers, in bytes"),
    )
    max_text_characters: int = field(
        default=10_000,
        metadata=_whole("FINTONE_MAX_TEXT_CHARACTERS", "The longest text, in characters"),
    )
    max_texts: int = field(
        default=512,
        metadata=_whole("FINTONE_MAX_TEXTS", "The most texts in one request"),
    )
    # Room for a thousand users at once, who wait for as long as that many answers take: a fifth of
    # a second at most. runtime/admission.py tells an overload by it.
    max_in_flight: int = field(
        default=1024,
        metadata=_whole(
            "FINTONE_MAX_IN_FLIGHT",
            "The most requests under way in a worker; what comes on top is answered with 503",
        ),
    )
    receive_seconds: int = field(
        default=20,
        metadata=_whole(
            "FINTONE_RECEIVE_SECONDS", "How long a request may take to arrive", 1, 3600
        ),
    )
    drain_seconds: int = field(
        default=8,
        metadata=_whole(
            "FINTONE_DRAIN_SECONDS", "How long a stop waits for requests under way", 1, 3600
        ),
    )
    log_text: bool = field(
        default=False,
        metadata=_switch("FINTONE_LOG_TEXT", "1 writes the texts themselves into the log", "0"),
    )
    metrics: bool = field(
        default=True,
        metadata=_switch(
            "FINTONE_METRICS", "0 leaves out `/metrics`, and the metrics in the log of Lambda", "1"
        ),
    )
    api_key: str | None = field(
        default=None,
        repr=False,
        metadata=_variable(
            "FINTONE_API_KEY",
            "16 to 1024 visible ASCII characters without spaces, or unset it",
            "What requests need in the header `x-api-key`, those for pages and health aside",
            _key,
            "none",
            secret=True,
        ),
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings; a variable that is unset, or blank and no secret, keeps its default.

        Raises:
            SettingsError: a value cannot be used; the message names the variable and what it takes.
        """
        values: dict[str, Any] = {}
        for entry in fields(cls):
            variable = variable_of(entry)
            value = environment.get(variable.name, "").strip()
            if not value and not (variable.secret and variable.name in environment):
                continue
            try:
                values[entry.name] = variable.parse(value)
            except (ValueError, KeyError):
                shown = "unusable" if variable.secret else repr(value[:40])
                message = f"{variable.name} is {shown}: set it to {variable.wanted}."
                raise SettingsError(message) from None
        return cls(**values)


def variable_of(entry: Field[Any]) -> Variable:
    """Return the environment variable of a field of `Settings`."""
    variable: Variable = entry.metadata[_METADATA_KEY]
    return variable


def describe() -> Iterator[tuple[str, str, str]]:
    """Yield (variable, default, description) for each setting, in the order of the dataclass."""
    for entry in fields(Settings):
        variable = variable_of(entry)
        default = variable.shown_default or str(entry.default)
        yield variable.name, default, variable.description
