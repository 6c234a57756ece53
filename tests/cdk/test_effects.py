"""What each setting changes in the template."""

from typing import Any

import pytest
from aws_cdk.assertions import Match, Template

from tests.cdk.stacks import Stack

FUNCTION = "AWS::Lambda::Function"
ALIAS = "AWS::Lambda::Alias"
URL = "AWS::Lambda::Url"
ALARM = "AWS::CloudWatch::Alarm"
GROUP = "AWS::CodeDeploy::DeploymentGroup"

# Settings, a type of resource, and what one of that type then has.
EFFECTS: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    ({}, FUNCTION, {"MemorySize": 1769, "Timeout": 10, "Architectures": ["x86_64"]}),
    ({}, FUNCTION, {"ReservedConcurrentExecutions": 50, "SnapStart": Match.absent()}),
    ({}, FUNCTION, {"PackageType": "Image", "TracingConfig": {"Mode": "Active"}}),
    ({}, FUNCTION, {"Environment": Match.absent(), "VpcConfig": Match.absent()}),
    ({}, FUNCTION, {"LoggingConfig": Match.object_like({"LogFormat": "JSON"})}),
    ({}, ALIAS, {"Name": "live", "ProvisionedConcurrencyConfig": Match.absent()}),
    ({}, URL, {"AuthType": "AWS_IAM", "Qualifier": "live", "Cors": Match.absent()}),
    ({}, "AWS::Logs::LogGroup", {"RetentionInDays": 30}),
    ({}, GROUP, {"DeploymentConfigName": "CodeDeployDefault.LambdaCanary10Percent5Minutes"}),
    ({}, ALARM, {"AlarmActions": Match.absent(), "OKActions": Match.absent()}),
    ({"memory": 512}, FUNCTION, {"MemorySize": 512}),
    ({"timeout": 30}, FUNCTION, {"Timeout": 30}),
    (
        {"architecture": "arm64", "allow_arm64": True},
        FUNCTION,
        {"Architectures": ["arm64"]},
    ),
    ({"reserved_concurrency": 7}, FUNCTION, {"ReservedConcurrentExecutions": 7}),
    ({"reserved_concurrency": 7}, ALARM, {"MetricName": "ConcurrentExecutions", "Threshold": 6}),
    (
        {"reserved_concurrency": None},
        FUNCTION,
        {"ReservedConcurrentExecutions": Match.absent()},
    ),
    (
        {"provisioned_concurrency": 2},
        ALIAS,
        {"ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 2}},
    ),
    (
        {"provisioned_concurrency": 2, "provisioned_maximum": 8},
        "AWS::ApplicationAutoScaling::ScalableTarget",
        {
            "MinCapacity": 2,
            "MaxCapacity": 8,
            "ServiceNamespace": "lambda",
            "ScalableDimension": "lambda:function:ProvisionedConcurrency",
        },
    ),
    (
        {
            "provisioned_concurrency": 2,
            "provisioned_maximum": 8,
            "provisioned_utilization": 0.5,
        },
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        {
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": "LambdaProvisionedConcurrencyUtilization"
                },
                "TargetValue": 0.5,
            },
        },
    ),
    ({"snapstart": True}, FUNCTION, {"SnapStart": {"ApplyOn": "PublishedVersions"}}),
    ({"auth": "none", "cors_origins": ("*",)}, URL, {"AuthType": "NONE"}),
    (
        {"auth": "none", "cors_origins": ("*",)},
        "AWS::Lambda::Permission",
        {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE", "Principal": "*"},
    ),
    (
        {"auth": "none", "cors_origins": ("*",)},
        "AWS::Lambda::Permission",
        {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True, "Principal": "*"},
    ),
    (
        {"auth": "none", "cors_origins": ("https://a.example", "https://b.example")},
        URL,
        {
            "Cors": {
                "AllowOrigins": ["https://a.example", "https://b.example"],
                "AllowMethods": ["GET", "POST"],
                "AllowHeaders": ["content-type", "x-api-key", "x-request-id"],
                "ExposeHeaders": ["x-request-id"],
                "MaxAge": 86400,
            }
        },
    ),
    (
        {"cors_origins": ("https://a.example",)},
        URL,
        {"Cors": Match.object_like({"AllowHeaders": Match.array_with(["authorization"])})},
    ),
    (
        {"api_key_secret": "fintone/key"},
        FUNCTION,
        {
            "Environment": {
                "Variables": {
                    "FINTONE_API_KEY": "{{resolve:secretsmanager:fintone/key:SecretString:::}}"
                }
            }
        },
    ),
    (
        {"api_key_parameter": "/fintone/key:3"},
        FUNCTION,
        {"Environment": {"Variables": {"FINTONE_API_KEY": "{{resolve:ssm:/fintone/key:3}}"}}},
    ),
    (
        {"alarm_email": "ops@example.com"},
        "AWS::SNS::Subscription",
        {"Protocol": "email", "Endpoint": "ops@example.com"},
    ),
    (
        {"alarm_email": "ops@example.com"},
        "AWS::SNS::Topic",
        {"KmsMasterKeyId": Match.any_value()},
    ),
    ({"alarm_email": "ops@example.com"}, "AWS::KMS::Key", {"EnableKeyRotation": True}),
    ({"log_days": 7}, "AWS::Logs::LogGroup", {"RetentionInDays": 7}),
    ({"metrics": False}, FUNCTION, {"Environment": {"Variables": {"FINTONE_METRICS": "0"}}}),
    ({}, FUNCTION, {"Environment": Match.absent()}),
    (
        {"p99_ms": 250},
        ALARM,
        {"MetricName": "Duration", "ExtendedStatistic": "p99", "Threshold": 250},
    ),
]


@pytest.mark.parametrize(
    ("settings", "kind", "expected"),
    EFFECTS,
    ids=[f"{'+'.join(settings) or 'default'}-{kind}" for settings, kind, _ in EFFECTS],
)
def test_a_setting_reaches_its_resource(
    settings: dict[str, Any], kind: str, expected: dict[str, Any], stack: Stack
):
    found = Template.from_json(stack(**settings).template)
    found.has_resource_properties(kind, expected)
