"""What a run of `python -m bench.pareto` found."""

from dataclasses import dataclass

from bench.timing import Machine, Timing
from train.network import Architecture

USUAL = (10_000, 15_000)
"""Words and pairs of words that most members know."""


@dataclass(frozen=True, slots=True)
class Member:
    """A network, and how many words and pairs of words it is to know."""

    architecture: Architecture
    words: int = USUAL[0]
    pairs: int = USUAL[1]

    @property
    def name(self) -> str:
        """Width and layers, or that it is a bag; the vocabulary if it is not the usual one."""
        size = self.architecture
        network = f"bag {size.width}" if size.bag else f"{size.width} x {size.layers}"
        vocabulary = (self.words, self.pairs)
        return network if vocabulary == USUAL else f"{network}, {self.words} + {self.pairs}"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a member costs.

    Attributes:
        name: the member's.
        member: what it is.
        bytes: of its graph.
        session: milliseconds to create a session, the median of some.
        headline: microseconds for a headline, from text to probabilities.
        batched: microseconds for one of 64 headlines in a batch, the median.
    """

    name: str
    member: Member
    bytes: int
    session: float
    headline: Timing
    batched: float


@dataclass(frozen=True, slots=True)
class Costs:
    """All costs of a run; ``floor`` is StringNormalizer and Tokenizer alone, for a headline."""

    machine: Machine
    floor: Timing
    costs: tuple[Cost, ...]
