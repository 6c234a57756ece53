"""The function: image, role, log, and the alias that callers see."""

from pathlib import Path
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk import findings
from cdk.settings import Settings

# A function of one architecture cannot start an image of the other, so both are chosen at once.
_ARCHITECTURES = {
    "x86_64": (lambda_.Architecture.X86_64, ecr_assets.Platform.LINUX_AMD64),
    "arm64": (lambda_.Architecture.ARM_64, ecr_assets.Platform.LINUX_ARM64),
}
# .dockerignore lets this through for Dockerfile.local. Left in, it would change the function's
# image for nothing: CDK names an image by all that it is built from.
_NOT_IN_THE_IMAGE = ["requirements/serve.txt"]


class Function(Construct):
    """The Lambda function.

    Attributes:
        function: the function itself; its own metrics are those of all versions.
        alias: what is called. It points to one version, or to two while a new one is tried.
        log_group: where all versions write to.
    """

    def __init__(self, scope: Construct, name: str, settings: Settings, sources: Path) -> None:
        super().__init__(scope, name)
        self.log_group = self._log_group(settings)
        self.function = self._function(settings, sources)
        self.alias = self._alias(settings)

    def _log_group(self, settings: Settings) -> logs.LogGroup:
        # It outlives the stack, until its days are over: questions are asked afterwards, too.
        kept = cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        group = logs.LogGroup(self, "Log", removal_policy=kept)
        cast("logs.CfnLogGroup", group.node.default_child).retention_in_days = settings.log_days
        return group

    def _function(self, settings: Settings, sources: Path) -> lambda_.DockerImageFunction:
        architecture, platform = _ARCHITECTURES[settings.architecture]
        function = lambda_.DockerImageFunction(
            self,
            "Function",
            description="Sentiment of financial news (fintone)",
            code=lambda_.DockerImageCode.from_image_asset(
                str(sources),
                file="Dockerfile.lambda",
                platform=platform,
                exclude=_NOT_IN_THE_IMAGE,
                ignore_mode=cdk.IgnoreMode.DOCKER,
            ),
            architecture=architecture,
            memory_size=settings.memory,
            timeout=cdk.Duration.seconds(settings.timeout),
            role=self._role(),
            environment=_environment(settings),
            reserved_concurrent_executions=settings.reserved_concurrency,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if settings.snapstart else None,
            tracing=lambda_.Tracing.ACTIVE,
            log_group=self.log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            # Lambda's reports of cold starts, which the dashboard counts, are of this level.
            system_log_level_v2=lambda_.SystemLogLevel.INFO,
            application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
            # Versions stay when newer ones come, or there would be nothing to go back to.
            current_version_options=lambda_.VersionOptions(removal_policy=cdk.RemovalPolicy.RETAIN),
        )
        findings.acknowledge(
            function,
            "Serverless::Serverless-LambdaDLQ",
            "Callers wait for the answer: there are no asynchronous invocations to be kept.",
        )
        if settings.snapstart:
            findings.acknowledge(
                function,
                "Annotation::@aws-cdk/aws-lambda:snapStartRequirePublish",
                "Only published versions are called, through the alias.",
            )
        return function

    def _role(self) -> iam.Role:
        # Made here, as the one that CDK would make may write to every log group of the account.
        role = iam.Role(
            self,
            "Role",
            description="What fintone may do: write its log and its traces",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        )
        self.log_group.grant_write(role)
        findings.acknowledge(
            role,
            "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
            "Sending traces to X-Ray cannot be restricted to a resource.",
        )
        return role

    def _alias(self, settings: Settings) -> lambda_.Alias:
        alias = lambda_.Alias(
            self,
            "Alias",
            alias_name="live",
            version=self.function.current_version,
            provisioned_concurrent_executions=settings.provisioned_concurrency or None,
        )
        if settings.provisioned_maximum:
            alias.add_auto_scaling(
                min_capacity=settings.provisioned_concurrency,
                max_capacity=settings.provisioned_maximum,
            ).scale_on_utilization(utilization_target=settings.provisioned_utilization)
        return alias


def _environment(settings: Settings) -> dict[str, str]:
    """Return the function's variables: those that are other than their defaults."""
    variables = {} if settings.metrics else {"FINTONE_METRICS": "0"}
    key = _key(settings)
    return variables if key is None else variables | {"FINTONE_API_KEY": key}


def _key(settings: Settings) -> str | None:
    """Return where the API key is. It stays there: CloudFormation fetches it."""
    if settings.api_key_secret:
        return cdk.SecretValue.secrets_manager(settings.api_key_secret).unsafe_unwrap()
    if settings.api_key_parameter:
        service = cdk.CfnDynamicReferenceService.SSM
        return cdk.CfnDynamicReference(service, settings.api_key_parameter).to_string()
    return None
