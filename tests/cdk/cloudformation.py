"""Makes the resources of a template by calls of AWS's APIs, as far as moto answers them.

moto's own CloudFormation passes over aliases, URLs, alarms, scaling, CodeDeploy and subscriptions.
"""

import copy
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError

from tests.cdk.api_calls import ACCOUNT, MAKERS, REGION, Call
from tests.cdk.api_shapes import fitted, problems

_PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "fintone",
}
_DYNAMIC = re.compile(r"\{\{resolve:(secretsmanager|ssm):(.*)\}\}")


class Deployment:
    """The resources of one template, made in the order of their references.

    Attributes:
        calls: the calls that were made, each with its fitted parameters.
        problems: what AWS's description of its APIs finds wrong with them.
        not_in_moto: the calls that moto does not answer; their parameters were checked.
    """

    def __init__(self, template: dict[str, Any]) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.problems: list[str] = []
        self.not_in_moto: set[str] = set()
        self._template = template
        self._known: dict[tuple[str, str], str] = {}

    def deploy(self) -> dict[str, str]:
        """Make all resources; return the stack's outputs."""
        resources = self._template["Resources"]
        needed = {
            name: set(_referred(resource)) & set(resources) - {name}
            for name, resource in resources.items()
        }
        for name in TopologicalSorter(needed).static_order():
            given = self.resolved(copy.deepcopy(resources[name].get("Properties", {})))
            for call in MAKERS[resources[name]["Type"]](f"fintone-{name}"[:60], given):
                self._make(name, call)
        outputs = self._template.get("Outputs", {})
        return {name: self.resolved(output["Value"]) for name, output in outputs.items()}

    def resolved(self, value: Any) -> Any:  # noqa: ANN401 - properties as JSON has them
        """Return properties with what CloudFormation puts in place of its functions."""
        if isinstance(value, list):
            return [self.resolved(content) for content in value]
        if isinstance(value, str):
            found = _DYNAMIC.fullmatch(value)
            return _fetched(found[1], found[2]) if found else value
        if not isinstance(value, dict):
            return value
        if len(value) != 1 or not re.match("Ref$|Fn::", next(iter(value))):
            return {name: self.resolved(content) for name, content in value.items()}
        ((function, argument),) = value.items()
        return self._called(function, argument)

    def _called(self, function: str, argument: Any) -> Any:  # noqa: ANN401 - see above
        if function == "Ref":
            return _PSEUDO.get(argument) or self._known[argument, "Ref"]
        if function == "Fn::GetAtt":
            return self._known[argument[0], argument[1]]
        if function == "Fn::Sub":
            return re.sub(r"\$\{(.+?)\}", lambda found: self._called("Ref", found[1]), argument)
        arguments = self.resolved(argument)
        if function == "Fn::Join":
            return arguments[0].join(arguments[1])
        if function == "Fn::Split":
            return arguments[1].split(arguments[0])
        assert function == "Fn::Select", function
        return arguments[1][int(arguments[0])]

    def _make(self, resource: str, call: Call) -> None:
        client = _client(call.service)
        shape = client.meta.service_model.operation_model(call.operation).input_shape
        parameters = fitted(call.parameters, shape)
        self.calls.append((call.operation, parameters))
        self.problems += problems(parameters, shape)
        try:
            answer = getattr(client, xform_name(call.operation))(**parameters)
        except (ClientError, NotImplementedError) as error:
            if "not yet implemented" not in str(error).lower().replace("been ", ""):
                raise
            self.not_in_moto.add(f"{call.service} {call.operation}")
            return
        for attribute, value in call.known.items():
            self._known[resource, attribute] = value
        for attribute, path in call.answered.items():
            found = answer
            for part in path.split("."):
                found = found[part]
            self._known[resource, attribute] = found


def _referred(value: Any) -> Iterator[str]:  # noqa: ANN401 - a resource as JSON has it
    """Yield the names of the resources that this one needs first."""
    if isinstance(value, list):
        for content in value:
            yield from _referred(content)
    elif isinstance(value, dict):
        for name, content in value.items():
            if name == "Ref":
                yield content
            elif name == "Fn::GetAtt":
                yield content[0]
            elif name == "DependsOn":
                yield from [content] if isinstance(content, str) else content
            elif name == "Fn::Sub":
                yield from re.findall(r"\$\{(\w+)\}", content)
            else:
                yield from _referred(content)


def _fetched(service: str, reference: str) -> str:
    """Fetch a dynamic reference, by the pattern that CloudFormation documents for it."""
    client = _client(service)
    if service == "ssm":
        parameter = client.get_parameter(Name=reference)["Parameter"]
        assert parameter["Type"] == "String"  # of others CloudFormation takes no variable
        return str(parameter["Value"])
    secret, kind, key, *_ = reference.rsplit(":", 4)
    assert (kind, key) == ("SecretString", "")
    return str(client.get_secret_value(SecretId=secret)["SecretString"])


@cache
def _client(service: str) -> Any:  # noqa: ANN401 - boto3 makes its classes as it runs
    return boto3.client(service, region_name=REGION)
