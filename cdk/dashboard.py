"""The dashboard: what one looks at first when an alarm rings."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from cdk import queries
from cdk.metrics import Metrics
from cdk.settings import Settings

_WHOLE, _HALF, _THIRD = 24, 12, 8  # columns
_MOST_LINES = 100  # more, nobody can tell apart; CloudWatch takes 500 in a graph


class Dashboard(Construct):
    """One page of graphs.

    Attributes:
        url: where to look at it.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        metrics: Metrics,
        alarms: Sequence[cloudwatch.IAlarm],
        settings: Settings,
    ) -> None:
        super().__init__(scope, name)
        self._dashboard = cloudwatch.Dashboard(
            self,
            "Dashboard",
            # A minute's points for hours, coarser ones for weeks.
            period_override=cloudwatch.PeriodOverride.AUTO,
        )
        self._add_alarms(alarms)
        self._add_metrics(metrics, settings)
        region = cdk.Stack.of(self).region
        self.url = (
            f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
            f"#dashboards:name={self._dashboard.dashboard_name}"
        )

    def add_texts(self, metrics: Metrics, labels: Sequence[str]) -> None:
        """Add what is in the requests: whether the texts still are what the model learnt from."""
        texts = {"texts": metrics.texts(), "requests with texts": metrics.asked()}
        drift = {"unknown words": metrics.unknown_words(), "mean confidence": metrics.confidence()}
        shown = {label: metrics.label(label) for label in labels[:_MOST_LINES]}
        self._dashboard.add_widgets(
            _graph("Texts", texts, width=_THIRD),
            _graph("Labels", shown, width=_THIRD),
            _graph("Drift, shares", drift, width=_THIRD),
        )

    def add_log(self, log_group: str) -> None:
        """Add what is read out of the log."""
        self._dashboard.add_widgets(
            cloudwatch.LogQueryWidget(
                title="Cold starts",
                log_group_names=[log_group],
                query_lines=list(queries.COLD_STARTS),
                view=cloudwatch.LogQueryVisualizationType.LINE,
                width=_WHOLE,
            )
        )

    def _add_alarms(self, alarms: Sequence[cloudwatch.IAlarm]) -> None:
        self._dashboard.add_widgets(
            cloudwatch.AlarmStatusWidget(
                title="Alarms", alarms=list(alarms), width=_WHOLE, height=2
            )
        )

    def _add_metrics(self, metrics: Metrics, settings: Settings) -> None:
        durations = {f"p{percent}": metrics.duration(percent) for percent in (50, 95, 99)}
        self._dashboard.add_widgets(
            _graph("Requests", {"requests": metrics.requests(), "4xx": metrics.refusals()}),
            _graph("Duration, ms", durations, limit=settings.p99_ms),
        )
        errors = {"errors": metrics.errors(), "5xx": metrics.faults()}
        concurrency = {"at work": metrics.concurrency()}
        self._dashboard.add_widgets(
            _graph("Errors", errors, width=_THIRD),
            _graph("Throttles", {"throttles": metrics.throttles()}, width=_THIRD),
            _graph("Concurrency", concurrency, width=_THIRD, limit=settings.reserved_concurrency),
        )
        if settings.provisioned_concurrency:
            warm = {"share": metrics.provisioned()}
            self._dashboard.add_widgets(_graph("Warm environments at work", warm, width=_WHOLE))


def _graph(
    title: str,
    lines: Mapping[str, cloudwatch.Metric | cloudwatch.MathExpression],
    width: int = _HALF,
    limit: float | None = None,
) -> cloudwatch.GraphWidget:
    limits = [] if limit is None else [cloudwatch.HorizontalAnnotation(value=limit, label="limit")]
    return cloudwatch.GraphWidget(
        title=title,
        left=[metric.with_(label=label) for label, metric in lines.items()],
        left_annotations=limits,
        left_y_axis=cloudwatch.YAxisProps(min=0, show_units=False),
        width=width,
    )
