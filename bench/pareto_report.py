"""The costs of the network's family: as a table for people, and as JSON."""

import msgspec

from bench.headline import WORDS
from bench.pareto_results import Cost, Costs
from train.display import table

_HEADER = ("network", "µs", "least", "/floor", "µs in 64", "MB", "session ms")


def to_json(costs: Costs) -> bytes:
    """Return all figures as indented JSON; `from_json` reads them."""
    return msgspec.json.format(msgspec.json.encode(costs), indent=2) + b"\n"


def from_json(document: bytes) -> Costs:
    """Read what `to_json` wrote.

    Raises:
        msgspec.MsgspecError: it is something else.
    """
    return msgspec.json.decode(document, type=Costs)


def render(costs: Costs) -> str:
    """Lay the costs out for a terminal, in the order in which they were measured."""
    floor = costs.floor.median
    title = (
        f"Headlines of {WORDS} words, text to probabilities: median and tenth percentile;"
        f"\nStringNormalizer and Tokenizer alone, the floor: {floor:.1f} µs"
    )
    return f"{title}\n\n{table([_HEADER, *(_row(cost, floor) for cost in costs.costs)])}\n"


def _row(cost: Cost, floor: float) -> tuple[str, ...]:
    return (
        cost.name,
        f"{cost.headline.median:.1f}",
        f"{cost.headline.p10:.1f}",
        f"{cost.headline.median / floor:.2f}",
        f"{cost.batched:.1f}",
        f"{cost.bytes / 1e6:.2f}",
        f"{cost.session:.1f}",
    )
