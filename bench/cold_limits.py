"""How much of the machine a function is given, as Lambda gives it with the memory that is set."""

import os
from dataclasses import dataclass

# Of memory: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MEGABYTES_OF_ONE_CPU = 1769


@dataclass(frozen=True, slots=True)
class Limit:
    """A share of the machine.

    Attributes:
        name: its heading in the tables.
        core: the one core that may be used, where it is pinned.
        megabytes: most memory; the share of one CPU follows from it.
    """

    name: str
    core: int | None = None
    megabytes: int | None = None

    @property
    def cpus(self) -> float | None:
        """CPU time in seconds for each second, where that is limited."""
        return None if self.megabytes is None else self.megabytes / MEGABYTES_OF_ONE_CPU

    def describe(self) -> str:
        """Say in words what was limited."""
        if self.megabytes is None:
            return f"pinned to core {self.core}" if self.core is not None else "not limited"
        return f"{self.megabytes} MB of memory and {self.cpus:.2f} of one CPU's time, any core"


def last_core() -> int | None:
    """Return the core that is pinned to, the last one as in `bench.timing`; None on macOS."""
    return max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def limits(core: int | None) -> tuple[Limit, ...]:
    """Return what is measured: one core alone first, then three shares of memory."""
    return (
        Limit("1 CPU", core=core),
        *(Limit(f"{megabytes} MB", megabytes=megabytes) for megabytes in (512, 1024, 1769)),
    )
