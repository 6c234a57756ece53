"""Which calls of AWS's APIs make a resource of CloudFormation, for all that our stack has.

CloudFormation makes the same calls: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ACCOUNT, REGION = "123456789012", "eu-west-1"

Properties = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call; its parameters are named as CloudFormation's properties are.

    Attributes:
        service: boto3's name for it.
        operation: AWS's own name for it.
        parameters: before they are fitted to the operation's shape.
        known: what Ref and Fn::GetAtt are of the resource, where it is known beforehand.
        answered: the same, where it is in the answer: by the path to it.
    """

    service: str
    operation: str
    parameters: Properties
    known: Mapping[str, str] = field(default_factory=dict)
    answered: Mapping[str, str] = field(default_factory=dict)


Maker = Callable[[str, Properties], Iterator[Call]]


def _log_group(name: str, given: Properties) -> Iterator[Call]:
    days = given.pop("RetentionInDays")
    group = {"LogGroupName": name}
    known = {"Ref": name, "Arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}:*"}
    yield Call("logs", "CreateLogGroup", group | given, known)
    yield Call("logs", "PutRetentionPolicy", group | {"RetentionInDays": days})


def _role(name: str, given: Properties) -> Iterator[Call]:
    managed = given.pop("ManagedPolicyArns", [])
    role = {"RoleName": name}
    yield Call("iam", "CreateRole", role | given, {"Ref": name}, {"Arn": "Role.Arn"})
    for arn in managed:
        yield Call("iam", "AttachRolePolicy", role | {"PolicyArn": arn})


def _policy(_: str, given: Properties) -> Iterator[Call]:
    for role in given.pop("Roles"):
        yield Call("iam", "PutRolePolicy", {"RoleName": role} | given)


def _function(name: str, given: Properties) -> Iterator[Call]:
    reserved = given.pop("ReservedConcurrentExecutions", None)
    function = {"FunctionName": name}
    yield Call("lambda", "CreateFunction", function | given, {"Ref": name}, {"Arn": "FunctionArn"})
    if reserved is not None:
        limit = {"ReservedConcurrentExecutions": reserved}
        yield Call("lambda", "PutFunctionConcurrency", function | limit)


def _version(_: str, given: Properties) -> Iterator[Call]:
    answered = {"Ref": "FunctionArn", "Version": "Version"}
    yield Call("lambda", "PublishVersion", given, answered=answered)


def _alias(_: str, given: Properties) -> Iterator[Call]:
    provisioned = given.pop("ProvisionedConcurrencyConfig", None)
    yield Call("lambda", "CreateAlias", given, answered={"Ref": "AliasArn"})
    if provisioned:
        alias = {"FunctionName": given["FunctionName"], "Qualifier": given["Name"]}
        yield Call("lambda", "PutProvisionedConcurrencyConfig", alias | provisioned)


def _url(_: str, given: Properties) -> Iterator[Call]:
    function = {"FunctionName": given.pop("TargetFunctionArn")}
    answered = {"FunctionUrl": "FunctionUrl"}
    yield Call("lambda", "CreateFunctionUrlConfig", function | given, answered=answered)


def _permission(name: str, given: Properties) -> Iterator[Call]:
    yield Call("lambda", "AddPermission", {"StatementId": name} | given)


def _alarm(name: str, given: Properties) -> Iterator[Call]:
    known = {"Ref": name, "Arn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"}
    yield Call("cloudwatch", "PutMetricAlarm", {"AlarmName": name} | given, known)


def _dashboard(name: str, given: Properties) -> Iterator[Call]:
    yield Call("cloudwatch", "PutDashboard", {"DashboardName": name} | given, {"Ref": name})


def _application(name: str, given: Properties) -> Iterator[Call]:
    yield Call("codedeploy", "CreateApplication", {"ApplicationName": name} | given, {"Ref": name})


def _deployment_group(name: str, given: Properties) -> Iterator[Call]:
    group = {"DeploymentGroupName": name}
    yield Call("codedeploy", "CreateDeploymentGroup", group | given, {"Ref": name})


def _scalable_target(_: str, given: Properties) -> Iterator[Call]:
    parts = (given["ResourceId"], given["ScalableDimension"], given["ServiceNamespace"])
    known = {"Ref": "|".join(parts)}
    yield Call("application-autoscaling", "RegisterScalableTarget", given, known)


def _scaling_policy(_: str, given: Properties) -> Iterator[Call]:
    names = ("ResourceId", "ScalableDimension", "ServiceNamespace")
    target = dict(zip(names, given.pop("ScalingTargetId").split("|"), strict=True))
    yield Call("application-autoscaling", "PutScalingPolicy", target | given)


def _key(_: str, given: Properties) -> Iterator[Call]:
    rotated, days = given.pop("EnableKeyRotation"), given.pop("PendingWindowInDays")
    policy = {"Policy": given.pop("KeyPolicy")}
    assert rotated
    assert 7 <= days <= 30  # of ScheduleKeyDeletion, which is called when the stack goes
    answered = {"Ref": "KeyMetadata.KeyId", "Arn": "KeyMetadata.Arn"}
    yield Call("kms", "CreateKey", policy | given, answered=answered)


def _topic(name: str, given: Properties) -> Iterator[Call]:
    yield Call(
        "sns", "CreateTopic", {"Name": name, "Attributes": given}, answered={"Ref": "TopicArn"}
    )


def _topic_policy(_: str, given: Properties) -> Iterator[Call]:
    policy = {"AttributeName": "Policy", "AttributeValue": given.pop("PolicyDocument")}
    for topic in given.pop("Topics"):
        yield Call("sns", "SetTopicAttributes", {"TopicArn": topic} | policy | given)


def _subscription(_: str, given: Properties) -> Iterator[Call]:
    yield Call("sns", "Subscribe", given)


MAKERS: Mapping[str, Maker] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": _scalable_target,
    "AWS::ApplicationAutoScaling::ScalingPolicy": _scaling_policy,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::Dashboard": _dashboard,
    "AWS::CodeDeploy::Application": _application,
    "AWS::CodeDeploy::DeploymentGroup": _deployment_group,
    "AWS::IAM::Policy": _policy,
    "AWS::IAM::Role": _role,
    "AWS::KMS::Key": _key,
    "AWS::Lambda::Alias": _alias,
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Permission": _permission,
    "AWS::Lambda::Url": _url,
    "AWS::Lambda::Version": _version,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::SNS::Subscription": _subscription,
    "AWS::SNS::Topic": _topic,
    "AWS::SNS::TopicPolicy": _topic_policy,
}
