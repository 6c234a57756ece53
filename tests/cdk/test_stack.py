import json
from collections import Counter
from pathlib import Path
from typing import Any

import aws_cdk
import pytest
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Template

from cdk.settings import LOG_DAYS
from tests.cdk.stacks import COMBINATIONS, Stack, Synthesised

DEFAULT = {
    "AWS::CloudWatch::Alarm": 5,
    "AWS::CloudWatch::Dashboard": 1,
    "AWS::CodeDeploy::Application": 1,
    "AWS::CodeDeploy::DeploymentGroup": 1,
    "AWS::IAM::Policy": 1,
    "AWS::IAM::Role": 2,
    "AWS::Lambda::Alias": 1,
    "AWS::Lambda::Function": 1,
    "AWS::Lambda::Url": 1,
    "AWS::Lambda::Version": 1,
    "AWS::Logs::LogGroup": 1,
}
MORE = {
    "provisioned_maximum": {
        "AWS::ApplicationAutoScaling::ScalableTarget": 1,
        "AWS::ApplicationAutoScaling::ScalingPolicy": 1,
    },
    "alarm_email": {
        "AWS::KMS::Key": 1,
        "AWS::SNS::Subscription": 1,
        "AWS::SNS::Topic": 1,
        "AWS::SNS::TopicPolicy": 1,
    },
    "auth": {"AWS::Lambda::Permission": 2},
}

FUNCTION = "AWS::Lambda::Function"
ALIAS = "AWS::Lambda::Alias"
ALARM = "AWS::CloudWatch::Alarm"
GROUP = "AWS::CodeDeploy::DeploymentGroup"


@pytest.mark.parametrize("settings", COMBINATIONS.values(), ids=COMBINATIONS)
def test_there_is_what_was_asked_for_and_nothing_else(settings: dict[str, Any], stack: Stack):
    expected = Counter(DEFAULT)
    for name, resources in MORE.items():
        if settings.get(name, "iam") != "iam":
            expected += Counter(resources)
    if settings.get("deployment") == "all-at-once":
        expected -= Counter(
            ["AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup", "AWS::IAM::Role"]
        )
    if settings.get("reserved_concurrency", 50) is None:
        expected -= Counter([ALARM])
    resources = stack(**settings).template["Resources"].values()
    assert Counter(resource["Type"] for resource in resources) == expected


def test_the_stack_is_named_by_its_setting_and_lies_in_the_same_file(stack: Stack):
    made = stack(stack_name="fintone-staging")
    manifest = json.loads((made.folder / "manifest.json").read_text())
    assert manifest["artifacts"]["fintone"]["properties"]["stackName"] == "fintone-staging"
    assert made.template["Resources"].keys() == stack().template["Resources"].keys()


@pytest.mark.parametrize(
    ("architecture", "platform"), [("x86_64", "linux/amd64"), ("arm64", "linux/arm64")]
)
def test_image_and_function_are_of_one_architecture(architecture: str, platform: str, stack: Stack):
    made = stack(architecture=architecture, allow_arm64=True)
    assets = json.loads((made.folder / "fintone.assets.json").read_text())["dockerImages"]
    assert assets[made.asset]["source"]["platform"] == platform
    assert made.only(FUNCTION)["Architectures"] == [architecture]


def test_the_function_may_write_its_own_log_and_its_traces_and_nothing_else(stack: Stack):
    made = stack(**COMBINATIONS["public"])
    (log_group,) = (
        name
        for name, resource in made.template["Resources"].items()
        if resource["Type"] == "AWS::Logs::LogGroup"
    )
    assert made.only("AWS::IAM::Policy")["PolicyDocument"]["Statement"] == [
        {
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Effect": "Allow",
            "Resource": {"Fn::GetAtt": [log_group, "Arn"]},
        },
        {
            "Action": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
            "Effect": "Allow",
            "Resource": "*",
        },
    ]
    of_lambda = [
        role
        for role in made.all("AWS::IAM::Role")
        if "lambda.amazonaws.com" in json.dumps(role["AssumeRolePolicyDocument"])
    ]
    assert [role.get("ManagedPolicyArns") for role in of_lambda] == [None]


def test_old_versions_and_the_log_stay(stack: Stack):
    resources = stack().template["Resources"].values()
    policies = {found["Type"]: found.get("DeletionPolicy") for found in resources}
    assert policies["AWS::Lambda::Version"] == "Retain"
    assert policies["AWS::Logs::LogGroup"] == "RetainExceptOnCreate"


def test_what_changes_the_function_publishes_a_version(stack: Stack):
    def version(**settings: object) -> str:
        resources = stack(**settings).template["Resources"].items()
        (name,) = (name for name, found in resources if found["Type"] == "AWS::Lambda::Version")
        return name

    assert version() == version(log_days=7)
    assert len({version(), version(memory=512), version(api_key_parameter="/key")}) == 3


def alarms(made: Synthesised) -> dict[str, str]:
    """Logical names of the alarms by what they measure."""
    return {
        found["Properties"]["MetricName"]: name
        for name, found in made.template["Resources"].items()
        if found["Type"] == ALARM
    }


def test_a_bad_version_is_rolled_back_on_what_a_version_can_cause(stack: Stack):
    made = stack()
    group = made.only(GROUP)
    watched = {alarm["Name"]["Ref"] for alarm in group["AlarmConfiguration"]["Alarms"]}
    named = alarms(made)
    assert watched == {named["Errors"], named["Url5xxCount"], named["Duration"]}
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]


def test_the_alias_is_what_code_deploy_shifts(stack: Stack):
    resources = stack().template["Resources"].values()
    (alias,) = (found for found in resources if found["Type"] == ALIAS)
    assert alias["UpdatePolicy"].keys() == {"CodeDeployLambdaAliasUpdate"}
    resources = stack(deployment="all-at-once").template["Resources"].values()
    (alias,) = (found for found in resources if found["Type"] == ALIAS)
    assert "UpdatePolicy" not in alias


def test_alarms_ring_and_end_at_the_topic(stack: Stack):
    made = stack(alarm_email="ops@example.com")
    (topic,) = (
        name
        for name, found in made.template["Resources"].items()
        if found["Type"] == "AWS::SNS::Topic"
    )
    found = made.all(ALARM)
    assert len(found) == 5
    assert all(alarm["AlarmActions"] == [{"Ref": topic}] for alarm in found)
    assert all(alarm["OKActions"] == [{"Ref": topic}] for alarm in found)


def test_alarms_may_use_topic_and_key(stack: Stack):
    made = stack(alarm_email="ops@example.com")
    allowed = [
        *made.only("AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"],
        *made.only("AWS::KMS::Key")["KeyPolicy"]["Statement"],
    ]
    actions = [
        found["Action"]
        for found in allowed
        if found["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    ]
    assert actions == ["sns:Publish", ["kms:Decrypt", "kms:GenerateDataKey*"]]


def test_a_quiet_minute_is_no_alarm(stack: Stack):
    found = stack().all(ALARM)
    assert {alarm["TreatMissingData"] for alarm in found} == {"notBreaching"}
    assert {(alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) for alarm in found} == {(2, 3)}


def test_the_outputs_say_where_things_are(stack: Stack):
    outputs = stack().template["Outputs"]
    assert set(outputs) == {
        "FunctionUrl",
        "FunctionName",
        "AliasArn",
        "DashboardUrl",
        "LogGroupName",
    }
    assert outputs["FunctionUrl"]["Value"]["Fn::GetAtt"][1] == "FunctionUrl"


def test_log_days_are_those_that_cloudwatch_takes(tmp_path: Path):
    stack = aws_cdk.Stack(aws_cdk.App(outdir=str(tmp_path)))
    for days in set(logs.RetentionDays) - {logs.RetentionDays.INFINITE}:
        logs.LogGroup(stack, days.name, retention=days)
    groups = Template.from_stack(stack).find_resources("AWS::Logs::LogGroup").values()
    assert {group["Properties"]["RetentionInDays"] for group in groups} == set(LOG_DAYS)
