"""Metrics in Lambda: CloudWatch takes them out of the log, where a line says which it holds.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from datetime import datetime

from runtime.drift import Drift

# The dashboard asks for these names as well (cdk/metrics.py).
NAMESPACE = "fintone"
DIMENSION = "FunctionName"

# Each name costs what a metric costs, and each further dimension multiplies that. What is counted
# here is what Lambda does not count itself, at no cost, as it does requests, errors and durations.
_TEXTS = "texts"  # the line has this field in any case
_WORDS = "words"
_UNKNOWN_WORDS = "unknown_words"
_CONFIDENCE = "confidence_sum"
_LABEL = "label_"

_MOST = 100  # metrics in one directive


def members(
    labels: dict[str, int], drift: Drift, function: str, time: datetime
) -> dict[str, object]:
    """Return what makes metrics of a line that has the field `texts`.

    Args:
        labels: how many texts got which label.
        drift: the signals of these texts.
        function: the name of the Lambda function.
        time: when that was.
    """
    numbers: dict[str, float] = {
        _WORDS: drift.words,
        _UNKNOWN_WORDS: drift.unknown_words,
        _CONFIDENCE: round(drift.confidence, 6),
        **{f"{_LABEL}{label}": count for label, count in labels.items()},
    }
    metrics = [
        {"Name": name, "Unit": "None" if name == _CONFIDENCE else "Count"}
        for name in (_TEXTS, *numbers)
    ]
    directives = [
        {
            "Namespace": NAMESPACE,
            "Dimensions": [[DIMENSION]],
            "Metrics": metrics[first : first + _MOST],
        }
        for first in range(0, len(metrics), _MOST)
    ]
    milliseconds = int(time.timestamp() * 1000)
    metadata = {"Timestamp": milliseconds, "CloudWatchMetrics": directives}
    return {"_aws": metadata, DIMENSION: function, **numbers}
