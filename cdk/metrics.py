"""What is measured of the function: one place, so that alarms and dashboard mean the same."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_lambda as lambda_

_MINUTE = cdk.Duration.minutes(1)


# As the function writes them into its log (runtime/lambda_metrics.py).
_NAMESPACE = "fintone"
_DIMENSION = "FunctionName"


class Metrics:
    """CloudWatch's metrics of the function, each a minute's.

    Most are Lambda's own, which cost nothing; those of the alias leave out calls of a version by
    its number. What is in the requests, CloudWatch takes out of the function's log, at $0.30 a
    month for each metric: texts, their words, their labels.
    """

    def __init__(self, function: lambda_.IFunction, alias: lambda_.IAlias) -> None:
        self._function = function
        self._alias = alias

    def requests(self) -> cloudwatch.Metric:
        """Invocations, over HTTP and direct, throttled ones not among them."""
        return self._alias.metric_invocations(period=_MINUTE)

    def errors(self) -> cloudwatch.Metric:
        """Invocations that raised, ran out of time or of memory; bad direct events among them."""
        return self._alias.metric_errors(period=_MINUTE)

    def faults(self) -> cloudwatch.Metric:
        """Answers of 5xx over the URL: a fault of ours is answered, so that it is no error."""
        return self._url("Url5xxCount")

    def refusals(self) -> cloudwatch.Metric:
        """Answers of 4xx over the URL."""
        return self._url("Url4xxCount")

    def throttles(self) -> cloudwatch.Metric:
        """Calls that found no environment free and were sent away with 429."""
        return self._alias.metric_throttles(period=_MINUTE)

    def duration(self, percentile: int) -> cloudwatch.Metric:
        """Milliseconds of an invocation, INIT not counted."""
        return self._alias.metric_duration(period=_MINUTE, statistic=f"p{percentile}")

    def concurrency(self) -> cloudwatch.Metric:
        """Environments at work at once, of all versions: the reservation is shared by them."""
        return self._function.metric("ConcurrentExecutions", period=_MINUTE, statistic="Maximum")

    def provisioned(self) -> cloudwatch.Metric:
        """Share of the warm environments at work, 0 to 1."""
        return self._alias.metric(
            "ProvisionedConcurrencyUtilization", period=_MINUTE, statistic="Maximum"
        )

    def asked(self) -> cloudwatch.Metric:
        """Requests with texts that were classified."""
        return self._counted("texts", "SampleCount")

    def texts(self) -> cloudwatch.Metric:
        """Texts that were classified."""
        return self._counted("texts")

    def label(self, name: str) -> cloudwatch.Metric:
        """Texts that got a label."""
        return self._counted(f"label_{name}")

    def unknown_words(self) -> cloudwatch.MathExpression:
        """Share of the texts' words that the model's vocabulary does not have, 0 to 1."""
        return self._ratio("unknown_words", "words")

    def confidence(self) -> cloudwatch.MathExpression:
        """Mean score of the labels that were answered, 0 to 1."""
        return self._ratio("confidence_sum", "texts")

    def _ratio(self, part: str, whole: str) -> cloudwatch.MathExpression:
        used = {name: self._counted(name) for name in (part, whole)}
        return cloudwatch.MathExpression(
            expression=f"{part} / {whole}", using_metrics=used, period=_MINUTE
        )

    def _counted(self, name: str, statistic: str = "Sum") -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=_NAMESPACE,
            metric_name=name,
            dimensions_map={_DIMENSION: self._function.function_name},
            period=_MINUTE,
            statistic=statistic,
        )

    def _url(self, name: str) -> cloudwatch.Metric:
        # By the function's name: there is one URL, and AWS documents this dimension alone for both
        # https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html
        return self._function.metric(name, period=_MINUTE, statistic="Sum")
