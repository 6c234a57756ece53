"""The stack: everything that runs the service on AWS."""

from collections.abc import Sequence
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.alarms import Alarms
from cdk.dashboard import Dashboard
from cdk.delivery import Canary
from cdk.function import Function
from cdk.metrics import Metrics
from cdk.settings import Settings


class FintoneStack(cdk.Stack):
    """One function behind one URL, watched.

    Args:
        scope: the app.
        settings: what was set.
        sources: the folder that Dockerfile.lambda is built in.
        labels: the names of the model's labels.
    """

    def __init__(
        self, scope: Construct, settings: Settings, sources: Path, labels: Sequence[str]
    ) -> None:
        # Within the app it has one name, so that cdk.out/fintone.template.json is where it is.
        super().__init__(
            scope,
            "fintone",
            stack_name=settings.stack_name,
            description="fintone: sentiment of financial news",
        )
        service = Function(self, "Service", settings, sources)
        url = service.alias.add_function_url(
            auth_type=_auth_type(settings), cors=_cors(settings) if settings.cors_origins else None
        )
        metrics = Metrics(service.function, service.alias)
        alarms = Alarms(self, "Alarms", settings, metrics)
        if settings.deployment == "canary":
            Canary(self, "Delivery", service.alias, alarms.of_a_version)
        dashboard = Dashboard(self, "Dashboard", metrics, alarms.all, settings)
        if settings.metrics:
            dashboard.add_texts(metrics, labels)
        dashboard.add_log(service.log_group.log_group_name)
        for name, value, description in (
            ("FunctionUrl", url.url, "Where the service answers"),
            ("FunctionName", service.function.function_name, "Name of the function"),
            ("AliasArn", service.alias.function_arn, "What a direct invocation calls"),
            ("DashboardUrl", dashboard.url, "Where to look at it"),
            ("LogGroupName", service.log_group.log_group_name, "Where its log is"),
        ):
            cdk.CfnOutput(self, name, value=value, description=description)


def _auth_type(settings: Settings) -> lambda_.FunctionUrlAuthType:
    if settings.auth == "none":
        return lambda_.FunctionUrlAuthType.NONE
    return lambda_.FunctionUrlAuthType.AWS_IAM


def _cors(settings: Settings) -> lambda_.FunctionUrlCorsOptions:
    headers = ["content-type", "x-api-key", "x-request-id"]
    if settings.auth == "iam":
        headers += ["authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"]
    return lambda_.FunctionUrlCorsOptions(
        allowed_origins=list(settings.cors_origins),
        allowed_methods=[lambda_.HttpMethod.GET, lambda_.HttpMethod.POST],
        allowed_headers=headers,
        exposed_headers=["x-request-id"],
        max_age=cdk.Duration.days(1),
    )
