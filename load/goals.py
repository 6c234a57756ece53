"""What came of a run, and whether it is what was asked for.

Locust is not imported here: that alone would change the sockets of whoever reads a summary.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from load.options import Limit, Options, limit


@dataclass(frozen=True, slots=True)
class Totals:
    """What came of a run.

    Attributes:
        answered: requests with a right answer.
        shed: those with a 503 that says when to come back.
        failed: all the others.
        p50: milliseconds, of what was not shed, as Locust rounds them.
        p99: likewise.
    """

    answered: int
    shed: int
    failed: int
    p50: float
    p99: float

    @property
    def sent(self) -> int:
        """How many requests were sent, those that were sent again included."""
        return self.answered + self.shed + self.failed

    def line(self) -> str:
        """Return it as a line for a terminal."""
        return (
            f"{self.answered} answered, {self.shed} shed (503 with Retry-After), {self.failed}"
            f" failed; p50 {self.p50:g} ms, p99 {self.p99:g} ms."
        )


def missed(totals: Totals, options: Options, ended: int | None) -> Iterator[str]:
    """Yield a sentence for each goal that was missed.

    Args:
        totals: what came of the run.
        options: what was asked for.
        ended: how many of the requests that were asked for have ended; None if none were.
    """
    if not totals.answered:
        yield "No request was answered rightly: see whether the service runs, and at which --host."
    if ended is not None and ended < options.requests:
        missing = options.requests - ended
        yield f"--requests {options.requests} is missed: {missing} of them did not end."
    yield from _too_many("--max-failures", limit(options.max_failures), totals, totals.failed)
    yield from _too_many("--max-shed", limit(options.max_shed), totals, totals.shed)
    if options.p99 and totals.p99 > options.p99:
        over = totals.p99 - options.p99
        yield f"--p99 {options.p99:g} is missed by {over:g} ms: p99 was {totals.p99:g} ms."


def _too_many(name: str, most: Limit, totals: Totals, found: int) -> Iterator[str]:
    over = found - most.of(totals.sent)
    if over > 0:
        what = "failed" if name == "--max-failures" else "were shed"
        yield f"{name} {most.text} is missed by {over}: {found} of {totals.sent} requests {what}."
