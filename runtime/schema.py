"""The shapes of requests and answers. The same types validate, encode and make openapi.json."""

import msgspec
from msgspec import UNSET, UnsetType


class ClassifyRequest(msgspec.Struct, frozen=True):
    """One text as `text`, or several as `texts`. Fields of other names are ignored."""

    text: str | UnsetType = UNSET
    texts: list[str] | UnsetType = UNSET


class Result(msgspec.Struct, frozen=True):
    """The most probable label, its probability, and the probability of each label (sum 1)."""

    label: str
    score: float
    probabilities: dict[str, float]


class SingleAnswer(msgspec.Struct, frozen=True):
    """The answer to `text`; `model` is the version of the graph that gave it."""

    model: str
    result: Result


class BatchAnswer(msgspec.Struct, frozen=True):
    """The answer to `texts`, one result for each, in their order."""

    model: str
    results: list[Result]


class ProcessTextRequest(msgspec.Struct, frozen=True):
    """The request of the service that this one replaces."""

    payload: str


class ProcessTextAnswer(msgspec.Struct, frozen=True):
    """The answer of the service that this one replaces: the text and its label."""

    raw_text: str = msgspec.field(name="Raw Text")
    categories: str = msgspec.field(name="Categories")


class Health(msgspec.Struct, frozen=True):
    """`live`: the process answers; `ready`: the graph has answered, with its version."""

    status: str
    model: str
