"""Every resource of the stack, made on moto by the API calls that CloudFormation makes.

Each property finds its place in a call, each call is held against AWS's own description of its API,
and what is there in the end is what the settings say.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.cdk.api_calls import REGION
from tests.cdk.api_shapes import MisfitError, fitted, problems
from tests.cdk.cloudformation import Deployment
from tests.cdk.moto import REPOSITORY, put_image
from tests.cdk.stacks import COMBINATIONS, Synthesised

API_KEY = "correct-horse-battery-staple"
NOT_IN_MOTO = {"public": {"lambda PutProvisionedConcurrencyConfig"}}


@dataclass(frozen=True)
class Made:
    """The resources of one combination of settings.

    Attributes:
        name: its name.
        settings: the combination.
        image: the hash that names the image.
        deployment: how the resources were made.
        outputs: the stack's.
    """

    name: str
    settings: dict[str, Any]
    image: str
    deployment: Deployment
    outputs: dict[str, str]

    @property
    def live(self) -> dict[str, str]:
        """The parameters that name the function's alias."""
        return {"FunctionName": self.outputs["FunctionName"], "Qualifier": "live"}

    def calls(self, operation: str) -> list[dict[str, Any]]:
        """The parameters of each call of an operation."""
        return [parameters for name, parameters in self.deployment.calls if name == operation]


def client(service: str) -> Any:  # noqa: ANN401 - boto3 makes its classes as it runs
    return boto3.client(service, region_name=REGION)


@pytest.fixture(scope="module", params=COMBINATIONS)
def made(stack: Callable[..., Synthesised], request: pytest.FixtureRequest) -> Iterator[Made]:
    """All resources, in an account that has the image, the key, and AWS's managed policies."""
    settings = COMBINATIONS[request.param]
    synthesised = stack(**settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_PROFILE", raising=False)
        # Without this, any name of an image would do.
        patch.setenv("MOTO_LAMBDA_STUB_ECR", "false")
        with mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
            client("ecr").create_repository(repositoryName=REPOSITORY)
            put_image(client("ecr"), synthesised.asset)
            client("secretsmanager").create_secret(Name="fintone/key", SecretString=API_KEY)
            for _ in range(3):  # the settings name the third version
                client("ssm").put_parameter(
                    Name="/fintone/key", Value=API_KEY, Type="String", Overwrite=True
                )
            deployment = Deployment(synthesised.template)
            outputs = deployment.deploy()
            yield Made(request.param, settings, synthesised.asset, deployment, outputs)


def test_every_call_is_as_aws_describes_its_api(made: Made):
    assert made.deployment.problems == []


def test_moto_answers_all_but_the_calls_that_docs_deploy_names(made: Made):
    assert made.deployment.not_in_moto == NOT_IN_MOTO.get(made.name, set())


def test_the_alias_calls_the_first_version_of_the_image(made: Made):
    function = client("lambda").get_function(**made.live)
    configuration = function["Configuration"]
    assert configuration["Version"] == "1"
    assert configuration["PackageType"] == "Image"
    assert configuration["Architectures"] == [made.settings.get("architecture", "x86_64")]
    assert function["Code"]["ImageUri"].endswith(f":{made.image}")


def test_the_function_gets_the_api_key_and_not_its_name(made: Made):
    variables = client("lambda").get_function_configuration(**made.live).get("Environment", {})
    keyed = made.name != "default"
    assert variables.get("Variables", {}) == ({"FINTONE_API_KEY": API_KEY} if keyed else {})


def test_the_url_is_the_aliass(made: Made):
    url = client("lambda").get_function_url_config(**made.live)
    assert url["FunctionUrl"] == made.outputs["FunctionUrl"]
    assert url["AuthType"] == ("NONE" if made.settings.get("auth") == "none" else "AWS_IAM")
    origins = url.get("Cors", {}).get("AllowOrigins", [])
    assert tuple(origins) == made.settings.get("cors_origins", ())


def test_everybody_may_call_a_public_url_only_and_only_by_that_url(made: Made):
    statements = []
    for call in made.calls("AddPermission"):
        assert call["FunctionName"] == made.outputs["AliasArn"]
        kept = ("Action", "Principal", "FunctionUrlAuthType", "InvokedViaFunctionUrl")
        statements.append({name: call[name] for name in kept if name in call})
    url = {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE", "Principal": "*"}
    function = {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True, "Principal": "*"}
    assert statements == ([url, function] if made.settings.get("auth") == "none" else [])


def test_the_concurrency_has_its_bound(made: Made):
    answer = client("lambda").get_function_concurrency(FunctionName=made.outputs["FunctionName"])
    bound = made.settings.get("reserved_concurrency", 50)
    assert answer.get("ReservedConcurrentExecutions") == bound


def test_the_function_may_write_its_own_log_which_is_kept_for_its_days(made: Made):
    name = made.outputs["LogGroupName"]
    (group,) = client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert group["retentionInDays"] == 30
    (policy,) = made.calls("PutRolePolicy")
    document = json.loads(policy["PolicyDocument"])
    (writing,) = (each for each in document["Statement"] if "logs:PutLogEvents" in each["Action"])
    assert writing["Resource"] == group["arn"]


def test_the_alarms_that_roll_back_and_those_on_the_dashboard_are_there(made: Made):
    alarms = client("cloudwatch").describe_alarms()["MetricAlarms"]
    names = {alarm["AlarmName"] for alarm in alarms}
    for group in made.calls("CreateDeploymentGroup"):
        rolling_back = {alarm["name"] for alarm in group["alarmConfiguration"]["alarms"]}
        assert rolling_back < names
    (board,) = made.calls("PutDashboard")
    widgets = json.loads(board["DashboardBody"])["widgets"]
    shown = {arn for widget in widgets for arn in widget["properties"].get("alarms", [])}
    assert shown == {alarm["AlarmArn"] for alarm in alarms}


def test_alarms_tell_the_topic_that_the_email_address_subscribes_to(made: Made):
    topics = [topic["TopicArn"] for topic in client("sns").list_topics()["Topics"]]
    subscriptions = client("sns").list_subscriptions()["Subscriptions"]
    email = made.settings.get("alarm_email")
    assert [each["Endpoint"] for each in subscriptions] == ([email] if email else [])
    assert len(topics) == len(subscriptions)
    for alarm in client("cloudwatch").describe_alarms()["MetricAlarms"]:
        assert alarm["AlarmActions"] == topics


def test_warm_environments_grow_with_the_load(made: Made):
    scaling = client("application-autoscaling")
    targets = scaling.describe_scalable_targets(ServiceNamespace="lambda")["ScalableTargets"]
    policies = scaling.describe_scaling_policies(ServiceNamespace="lambda")["ScalingPolicies"]
    function = f"function:{made.outputs['FunctionName']}:live"
    wanted = [(function, 2, 8)] if made.name == "public" else []
    found = [(each["ResourceId"], each["MinCapacity"], each["MaxCapacity"]) for each in targets]
    assert found == wanted
    assert [policy["ResourceId"] for policy in policies] == [function for function, *_ in wanted]


# The check itself: what is wrong in one thing is found


FUNCTION = {"FunctionName": "fintone", "Code": {}, "Role": "arn:aws:iam::123456789012:role/fintone"}
URL = {"FunctionName": "fintone", "AuthType": "NONE"}


@pytest.mark.parametrize(
    ("operation", "given", "said"),
    [
        ("CreateFunction", FUNCTION | {"MemorySize": 64}, "MemorySize"),
        ("CreateFunction", FUNCTION | {"MemorySize": 40_000}, "out of 128 to"),
        ("CreateFunction", FUNCTION | {"Timeout": "10"}, "Timeout"),
        ("CreateFunction", FUNCTION | {"Role": "fintone"}, "does not match"),
        ("CreateFunction", FUNCTION | {"Architectures": ["arm"]}, "none of x86_64, arm64"),
        ("CreateFunction", {"FunctionName": "fintone", "Code": {}}, "Role"),
        ("CreateFunctionUrlConfig", URL | {"AuthType": "IAM"}, "none of NONE, AWS_IAM"),
        ("CreateFunctionUrlConfig", URL | {"Cors": {"MaxAge": 90_000}}, "out of"),
    ],
)
def test_a_call_that_aws_would_refuse_is_found(operation: str, given: dict[str, Any], said: str):
    shape = client("lambda").meta.service_model.operation_model(operation).input_shape
    (problem,) = problems(fitted(given, shape), shape)
    assert said in problem


def test_a_property_that_no_call_takes_is_found():
    shape = client("lambda").meta.service_model.operation_model("CreateAlias").input_shape
    with pytest.raises(MisfitError, match="CreateAliasRequest takes no Colour"):
        fitted({"Colour": "blue"}, shape)
