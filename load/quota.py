"""The requests of a process: how many may still begin, and how many have ended."""

from collections.abc import Callable


class Quota:
    """Counts requests, and says once when the last of them has ended.

    Args:
        requests: how many; None if as many as there is time for.
        on_end: called when they have ended.

    Attributes:
        ended: how many have.
    """

    def __init__(self, requests: int | None, on_end: Callable[[], object]) -> None:
        self.ended = 0
        self._requests = requests
        self._begun = 0
        self._on_end = on_end
        if requests == 0:
            on_end()

    def begin(self) -> bool:
        """Whether one more may begin; it has to end, then."""
        if self._begun == self._requests:
            return False
        self._begun += 1
        return True

    def end(self) -> None:
        """Count one that has ended, however it did."""
        self.ended += 1
        if self.ended == self._requests:
            self._on_end()


def shares(requests: int, workers: int) -> list[int]:
    """Share requests out among workers, as evenly as can be."""
    each, rest = divmod(requests, workers)
    return [each + (index < rest) for index in range(workers)]
