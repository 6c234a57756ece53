"""What the dashboard reads out of the log, in the language of CloudWatch Logs Insights.

CloudWatch has no metric of cold starts. A query costs $0.005 for each GB that it reads, and reads
when somebody looks.
"""

# Lambda's own line at the end of an invocation. It has one of the two in a new environment only.
# https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html#platform-report
COLD_STARTS = (
    'filter type = "platform.report"',
    "fields coalesce(record.metrics.initDurationMs, record.metrics.restoreDurationMs) as ms",
    "filter ispresent(ms)",
    "stats count(*) as cold_starts, pct(ms, 50) as p50_ms, max(ms) as max_ms by bin(5m)",
)
