"""Sums up Locust's statistics, in which what was shed is apart."""

from collections import Counter

from locust.stats import RequestStats, calculate_response_time_percentile

from load.goals import Totals

_SHED = "503 with Retry-After: "


def shed_name(name: str) -> str:
    """Return what the statistics call requests of that name that were shed."""
    return _SHED + name


def totals(stats: RequestStats) -> Totals:
    """Sum up; milliseconds are as Locust rounds them, whole ones below 100."""
    shed = failed = served = 0
    times: Counter[int] = Counter()
    for (name, _), entry in stats.entries.items():
        if name.startswith(_SHED):
            shed += entry.num_requests
        else:
            served += entry.num_requests
            failed += entry.num_failures
            times.update(entry.response_times)
    p50, p99 = (calculate_response_time_percentile(times, served, share) for share in (0.5, 0.99))
    return Totals(served - failed, shed, failed, p50, p99)
