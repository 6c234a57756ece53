"""What a load generator has seen: an array for each figure, an entry for each request."""

from array import array
from collections import Counter
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.load_results import Moment
from load.answers import Outcome, Verdict

Floats: TypeAlias = NDArray[np.float64]

_CODES = {outcome: code for code, outcome in enumerate(Outcome)}


class Recording:
    """Requests as they end.

    Attributes:
        reasons: what went wrong, and how often.
        unsent: how many the generator could not send, as it had no connection left.
        lags: seconds by which each was sent later than it was due.
    """

    def __init__(self) -> None:
        self.reasons: Counter[str] = Counter()
        self.unsent = 0
        self.lags = array("d")
        self._began = array("d")
        self._took = array("d")
        self._outcomes = array("b")

    def add(self, began: float, ended: float, verdict: Verdict) -> None:
        """Add one; times are seconds of one clock."""
        self._began.append(began)
        self._took.append(ended - began)
        self._outcomes.append(_CODES[verdict.outcome])
        if verdict.reason:
            self.reasons[verdict.reason] += 1

    def count(self, outcome: Outcome) -> int:
        """Return how many ended like this."""
        return self._outcomes.count(_CODES[outcome])

    def seconds(self) -> float:
        """Return the time from the first that was sent to the last that ended."""
        began = np.frombuffer(self._began)
        ended = began + np.frombuffer(self._took)
        return float(ended.max() - began.min()) if began.size else 0.0

    def percentile(self, percent: float, outcome: Outcome = Outcome.ANSWERED) -> float:
        """Return milliseconds that so many of a hundred took that ended like this; 0 of none."""
        return milliseconds(self._seconds_of(outcome), percent)

    def moments(self, width: float) -> tuple[Moment, ...]:
        """Cut the time into whole windows of `width` seconds, by when requests were sent."""
        began = np.frombuffer(self._began)
        if not began.size:
            return ()
        window = ((began - began.min()) / width).astype(int)
        outcomes = np.frombuffer(self._outcomes, dtype=np.int8)
        took = np.frombuffer(self._took)
        served, shed = (outcomes == _CODES[each] for each in (Outcome.ANSWERED, Outcome.SHED))
        return tuple(
            Moment(
                second=number * width,
                answered=float((served & inside).sum() / width),
                shed=float((shed & inside).sum() / width),
                p50=milliseconds(took[served & inside], 50),
                p99=milliseconds(took[served & inside], 99),
            )
            for number in range(max(int(window.max()), 1))
            if (inside := window == number).any()
        )

    def _seconds_of(self, outcome: Outcome) -> Floats:
        outcomes = np.frombuffer(self._outcomes, dtype=np.int8)
        took: Floats = np.frombuffer(self._took)[outcomes == _CODES[outcome]]
        return took


def milliseconds(seconds: Floats, percent: float) -> float:
    """Return a percentile in milliseconds; 0 of nothing."""
    return float(1e3 * np.percentile(seconds, percent)) if seconds.size else 0.0
