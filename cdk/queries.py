"""What the dashboard reads out of the log, in the language of CloudWatch Logs Insights.

CloudWatch has no metric of cold starts or of labels. A metric filter would make them, at $0.30 a
month for each number, and there are as many as there are labels. A query costs $0.005 for each GB
that it reads, and reads when somebody looks.
"""

import re
from collections.abc import Sequence

# Lambda's own line at the end of an invocation. It has one of the two in a new environment only.
# https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#platform-report
COLD_STARTS = (
    'filter type = "platform.report"',
    "fields coalesce(record.metrics.initDurationMs, record.metrics.restoreDurationMs) as ms",
    "filter ispresent(ms)",
    "stats count(*) as cold_starts, pct(ms, 50) as p50_ms, max(ms) as max_ms by bin(5m)",
)


def labels_counted(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the query that counts how often each label was given, out of the service's own lines.

    A name with a backtick is left out: the language has no way to write it.
    """
    sums = ", ".join(f"sum({_field(label)})" for label in labels if "`" not in label)
    return ("filter ispresent(texts)", f"stats {sums} by bin(5m)")


def _field(label: str) -> str:
    name = f"labels.{label}"
    return name if re.fullmatch(r"[A-Za-z0-9_.]+", name) else f"`{name}`"
