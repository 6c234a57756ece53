"""A function's execution environments, as Lambda hands requests to them: the simulation's core.

Decides about a request when it arrives, since its fate is known then: who serves it, from when, and
until when. So a request costs a few operations on a heap and no process of its own, which is what
lets millions be simulated; simpy's processes act between requests (capacity_simulation.py).
"""

from array import array
from collections import deque
from heapq import heappop, heappush

from bench.capacity_setting import Rules

WARM, COLD, PROVISIONED, THROTTLED, TIMED_OUT = range(5)
"""What can become of a request."""


class Bucket:
    """Tokens that refill continuously, up to a size: a limit of something a second."""

    __slots__ = ("_at", "_tokens", "rate", "size")

    def __init__(self, size: float, rate: float) -> None:
        self.size = size
        self.rate = rate
        self._tokens = size
        self._at = 0.0

    def take(self, at: float) -> bool:
        """Take one token at a time (s) not before the last one asked for, if there is one."""
        tokens = min(self.size, self._tokens + (at - self._at) * self.rate)
        self._at = at
        # A whole token can come out as 0.9999999 after many additions.
        if tokens < 1 - 1e-9:
            self._tokens = tokens
            return False
        self._tokens = tokens - 1
        return True


class Pool:
    """Environments: those at work, by when they will be free; idle ones, by since when they are.

    The one that became free last is taken first. AWS does not say so, but it is how idle ones can
    be reclaimed at all while others work.
    """

    __slots__ = ("busy", "idle")

    def __init__(self, idle: int = 0) -> None:
        self.busy: list[float] = []
        self.idle = deque([0.0] * idle)

    def __len__(self) -> int:
        return len(self.busy) + len(self.idle)

    def settle(self, at: float) -> None:
        """Let those that are done by then (s) become idle."""
        busy = self.busy
        while busy and busy[0] <= at:
            self.idle.append(heappop(busy))

    def reclaim(self, since: float) -> None:
        """Remove those that have been idle since then (s), or longer."""
        while self.idle and self.idle[0] <= since:
            self.idle.popleft()


class Fleet:
    """All environments of one function, and what became of each request.

    Attributes:
        rules: what it obeys.
        seconds: of each request, from its arrival to its answer; 0 if it was throttled.
        fates: of each request: `WARM`, `COLD`, `PROVISIONED`, `THROTTLED` or `TIMED_OUT`.
        peak: most environments at work at once.
        started: environments that were started, not counting provisioned ones.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.seconds = array("d")
        self.fates = bytearray()
        self.peak = 0
        self.started = 0
        self._warm = Pool(rules.provisioned)
        self._pool = Pool()
        self._most = rules.environments - rules.provisioned
        rate = rules.requests_per_second
        self._requests = None if rate is None else Bucket(rate * rules.window, rate)
        warm_rate = rules.provisioned_requests
        self._warm_requests = Bucket(warm_rate * rules.window, warm_rate)
        burst = rules.scaling_burst
        self._scaling = None if burst is None else Bucket(burst, rules.scaling_rate)

    def offer(self, at: float, work: float, start: float) -> float:
        """Hand over a request; return the seconds until its answer, 0 if it is throttled.

        Args:
            at: when (s), not before the last one.
            work: how long its invocation takes (s).
            start: what is added to that if it needs a new environment: all of its start (s).
        """
        if self._requests is not None and not self._requests.take(at):
            return self._note(THROTTLED, 0.0)
        warm, pool = self._warm, self._pool
        warm.settle(at)
        pool.settle(at)
        if warm.idle and self._warm_requests.take(at):
            warm.idle.pop()
            return self._occupy(warm, at, 0.0, work, PROVISIONED)
        if pool.idle:
            pool.idle.pop()
            return self._occupy(pool, at, 0.0, work, WARM)
        if len(pool) < self._most and (self._scaling is None or self._scaling.take(at)):
            self.started += 1
            late = max(0.0, start - self.rules.init)
            return self._occupy(pool, at, start - late, late + work, COLD)
        if self.rules.waits and pool.busy:
            return self._occupy(pool, at, heappop(pool.busy) - at, work, WARM)
        return self._note(THROTTLED, 0.0)

    def reclaim(self, at: float) -> None:
        """Remove environments that have been idle for too long at a time (s)."""
        self._pool.settle(at)
        self._pool.reclaim(at - self.rules.idle)

    def _occupy(self, pool: Pool, at: float, before: float, work: float, fate: int) -> float:
        if work > self.rules.timeout:
            work, fate = self.rules.timeout, TIMED_OUT
        heappush(pool.busy, at + before + work)
        self.peak = max(self.peak, len(self._warm.busy) + len(self._pool.busy))
        return self._note(fate, before + work)

    def _note(self, fate: int, seconds: float) -> float:
        self.fates.append(fate)
        self.seconds.append(seconds)
        return seconds
