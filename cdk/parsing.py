"""How the text of one setting becomes its value."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

METADATA_KEY = "setting"


@dataclass(frozen=True, slots=True)
class Setting:
    """How one setting is given.

    Attributes:
        wanted: which values it takes, as the end of "set it to …".
        description: what it does, for docs/deploy.md.
        parse: makes the value, or raises ValueError or KeyError.
        shown_default: the default, as a reader should see it, where its value would not do.
    """

    wanted: str
    description: str
    parse: Callable[[str], object]
    shown_default: str | None = None


def setting(
    wanted: str,
    description: str,
    parse: Callable[[str], object],
    shown_default: str | None = None,
) -> Mapping[str, Setting]:
    """Return a field's metadata."""
    return {METADATA_KEY: Setting(wanted, description, parse, shown_default)}


def whole(description: str, lowest: int, highest: int) -> Mapping[str, Setting]:
    """Return the metadata of a whole number, both ends included."""
    return setting(
        f"a whole number from {lowest} to {highest}", description, _whole(lowest, highest)
    )


def whole_or_none(description: str, lowest: int, highest: int) -> Mapping[str, Setting]:
    """Return the metadata of a whole number that `none` takes away."""
    parse = _whole(lowest, highest)
    return setting(
        f"a whole number from {lowest} to {highest}, or none",
        description,
        lambda text: None if text == "none" else parse(text),
    )


def fraction(description: str, lowest: float, highest: float) -> Mapping[str, Setting]:
    """Return the metadata of a decimal number, both ends included."""

    def parse(text: str) -> float:
        number = float(text)
        if not lowest <= number <= highest:
            raise ValueError
        return number

    return setting(f"a number from {lowest} to {highest}", description, parse)


def switch(description: str, shown_default: str = "0") -> Mapping[str, Setting]:
    """Return the metadata of a yes or no."""
    return setting("0 or 1", description, {"0": False, "1": True}.__getitem__, shown_default)


def one_of(description: str, *names: str) -> Mapping[str, Setting]:
    """Return the metadata of a choice between names."""
    return setting(" or ".join(names), description, {name: name for name in names}.__getitem__)


def one_number_of(description: str, numbers: tuple[int, ...]) -> Mapping[str, Setting]:
    """Return the metadata of a choice between numbers."""
    choices = {str(number): number for number in numbers}
    return setting(f"one of {', '.join(choices)}", description, choices.__getitem__)


def text(
    wanted: str, description: str, pattern: str, shown_default: str | None = None
) -> Mapping[str, Setting]:
    """Return the metadata of a text that a pattern matches as a whole."""
    return setting(wanted, description, _matching(pattern), shown_default)


def texts(wanted: str, description: str, pattern: str) -> Mapping[str, Setting]:
    """Return the metadata of texts with commas between them; the value is a tuple."""
    parse = _matching(pattern)

    def parse_all(value: str) -> tuple[str, ...]:
        return tuple(parse(part.strip()) for part in value.split(","))

    return setting(wanted, description, parse_all, "(none)")


def _whole(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        number = int(value)
        if not lowest <= number <= highest:
            raise ValueError
        return number

    return parse


def _matching(pattern: str) -> Callable[[str], str]:
    compiled = re.compile(pattern, re.ASCII)

    def parse(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError
        return value

    return parse
