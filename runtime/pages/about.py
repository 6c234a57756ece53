"""What a graph says of itself, as far as the page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, TypeVar

import msgspec

T = TypeVar("T")

_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Colour = Annotated[str, msgspec.Meta(pattern=r"\A#[0-9a-fA-F]{6}\Z")]


class _Overall(msgspec.Struct):
    accuracy: _Share


class _CrossValidation(msgspec.Struct):
    overall: _Overall


class _Metrics(msgspec.Struct):
    cross_validation: _CrossValidation


@dataclass(frozen=True, slots=True)
class About:
    """What the metadata of a graph holds besides labels and version; all of it may be missing.

    Attributes:
        accuracy: the share of texts that cross-validation found it to be right on.
        colours: `#rrggbb` of some of the labels.
        examples: texts to try it with.
    """

    accuracy: float | None
    colours: Mapping[str, str]
    examples: tuple[str, ...]


def read_about(metadata: Mapping[str, str]) -> About:
    """Read `metrics`, `colours` and `examples`; one that does not fit counts as missing."""
    metrics = _read(metadata, "metrics", _Metrics)
    return About(
        metrics.cross_validation.overall.accuracy if metrics else None,
        _read(metadata, "colours", dict[str, _Colour]) or {},
        _read(metadata, "examples", tuple[str, ...]) or (),
    )


def _read(metadata: Mapping[str, str], name: str, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(metadata.get(name, ""), type=kind)
    except msgspec.MsgspecError:
        return None
