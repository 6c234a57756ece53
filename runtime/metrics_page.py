"""`GET /metrics`: the counts in Prometheus's text format, which prometheus-client writes."""

from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from starlette.types import Receive, Scope, Send

from runtime.metrics import BOUNDS, Counts, Durations, add, no_durations
from runtime.responses import NOT_STORED, respond

_CONTENT_TYPE = CONTENT_TYPE_LATEST.encode("ascii")


class MetricsPage:
    """Shows counts.

    Args:
        read: returns them as they are now.
    """

    def __init__(self, read: Callable[[], Counts]) -> None:
        self._read = read

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        content = generate_latest(self)
        await respond(scope, send, content, _CONTENT_TYPE, headers=(NOT_STORED,))

    def collect(self) -> Iterator[Metric]:
        """Yield the counts as prometheus-client's metrics; it asks for them by this name."""
        counts = self._read()
        yield _requests(counts.requests)
        yield _durations(counts.requests)
        yield GaugeMetricFamily(
            "fintone_requests_in_flight", "Requests under way.", value=counts.in_flight
        )
        for name, documentation, number in (
            ("requests_shed", "Requests answered with 503, as there were too many.", counts.shed),
            ("texts", "Texts that were classified.", sum(counts.labels.values())),
            ("words", "Their words.", counts.words),
            ("unknown_words", "Those that the model does not know.", counts.unknown_words),
            ("confidence", "Sum of the scores of the labels answered.", counts.confidence),
        ):
            yield CounterMetricFamily(f"fintone_{name}", documentation, value=number)
        yield _labels(counts.labels)


def _requests(by_key: Mapping[tuple[str, str, int], Durations]) -> Metric:
    labels = ("route", "method", "status")
    family = CounterMetricFamily("fintone_requests", "Answered requests.", labels=labels)
    for (route, method, status), durations in by_key.items():
        family.add_metric((route, method, str(status)), sum(durations[:-1]))
    return family


def _durations(by_key: Mapping[tuple[str, str, int], Durations]) -> Metric:
    """Make a histogram for each route: more labels would be as many times as many buckets."""
    by_route: dict[str, Durations] = {}
    for (route, _, _), durations in by_key.items():
        add(by_route.setdefault(route, no_durations()), durations)
    family = HistogramMetricFamily(
        "fintone_request_duration_seconds",
        "From the first step of a request in the service to its last.",
        labels=("route",),
    )
    bounds = [*(str(bound / 1000) for bound in BOUNDS), "+Inf"]
    for route, (*counts, milliseconds) in by_route.items():
        buckets = list(zip(bounds, accumulate(counts), strict=True))
        family.add_metric((route,), buckets, milliseconds / 1000)
    return family


def _labels(numbers: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily("fintone_labels", "Texts that got a label.", labels=("label",))
    for label, number in numbers.items():
        family.add_metric((label,), number)
    return family
