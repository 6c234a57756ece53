"""A goal that a benchmark judges."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal, whether it holds, and the figures that say so."""

    goal: str
    holds: bool
    figures: str

    def line(self) -> str:
        """Return it as a line for a terminal."""
        return f"{'holds ' if self.holds else 'MISSED'}  {self.goal}: {self.figures}"
