"""How many users there are at which time; Locust's own way is the constant one."""

from locust import LoadTestShape

from load.options import RAMP, SPIKE

_SECONDS = 60.0
Tick = tuple[int, float]


class _Shape(LoadTestShape):
    abstract = True  # else Locust would take it for every run
    use_common_options = True

    def __init__(self, users: int, seconds: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Locust's shapes have no types
        self._users = users
        self._seconds = seconds

    def _passed(self) -> float:
        """Return which part of the time has passed, from 0 to 1 and more."""
        seconds: float = self.get_run_time()  # type: ignore[no-untyped-call]  # likewise
        return seconds / self._seconds


class Ramp(_Shape):
    """From one user to all of them, evenly.

    Args:
        users: how many at the end.
        seconds: until then.
    """

    abstract = True

    def tick(self) -> Tick | None:
        """Return how many users there should be now, and how many may be added in a second."""
        passed = self._passed()
        if passed >= 1:
            return None
        return max(1, round(self._users * passed)), float(self._users)


class Spike(_Shape):
    """A few users, but many in the middle third of the time.

    Args:
        base: how many at first, and at last.
        users: how many in between.
        seconds: how long it takes, all in all.
    """

    abstract = True

    def __init__(self, base: int, users: int, seconds: float) -> None:
        super().__init__(users, seconds)
        self._base = base

    def tick(self) -> Tick | None:
        """Return how many users there should be now, and how many may be added in a second."""
        passed = self._passed()
        if passed >= 1:
            return None
        return (self._users if 1 <= 3 * passed < 2 else self._base), float(self._users)


def shape_of(
    name: str, base: int, users: int | None, seconds: float | None
) -> LoadTestShape | None:
    """Return a shape; None for Locust's own way.

    Args:
        name: one of the choices of --shape.
        base: users beside a spike.
        users: the most of them; one if None, as Locust has it.
        seconds: a minute if None.
    """
    if name == RAMP:
        return Ramp(users or 1, seconds or _SECONDS)
    if name == SPIKE:
        return Spike(base, users or 1, seconds or _SECONDS)
    return None
