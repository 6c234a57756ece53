"""How a new version gets its requests: a tenth first, all after five quiet minutes."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk import findings


class Canary(Construct):
    """CodeDeploy between the versions of an alias, which goes back when an alarm rings."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        alias: lambda_.Alias,
        alarms: Sequence[cloudwatch.IAlarm],
    ) -> None:
        super().__init__(scope, name)
        group = codedeploy.LambdaDeploymentGroup(
            self,
            "Group",
            alias=alias,
            deployment_config=codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
            alarms=list(alarms),
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
            ),
        )
        findings.acknowledge(
            group,
            "AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/"
            "service-role/AWSCodeDeployRoleForLambdaLimited]",
            "AWS's own policy for just this, and kept up to date with what CodeDeploy calls.",
        )
