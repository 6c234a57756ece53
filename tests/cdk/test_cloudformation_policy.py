"""docs/cloudformation-policy.json lets CloudFormation make, change and remove what the stack has.

What each type of resource needs is known from AWS's own descriptions, which cfn-lint brings along.
Whether AWS's services agree, only an account can show.
"""

import json
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from cdk.settings import Settings
from tests.cdk.stacks import COMBINATIONS, ROOT

if TYPE_CHECKING:
    from tests.cdk.stacks import Synthesised

POLICY = json.loads((ROOT / "docs" / "cloudformation-policy.json").read_text())

# What those descriptions name for properties that the stack does not have.
NOT_NEEDED = {
    "ec2:*": "a function in a network of its own",
    "elasticfilesystem:*": "file systems of a function",
    "s3files:*": "file systems of a function",
    "s3:*": "code that is not an image",
    "firehose:*": "logs that are delivered elsewhere",
    "iam:*GroupPolicy": "policies of groups",
    "iam:*UserPolicy": "policies of users",
    "iam:*PermissionsBoundary": "roles with a boundary",
    "kms:CreateGrant": "variables of a function under a key of one's own",
    "kms:Decrypt": "the same",
    "kms:Encrypt": "the same",
    "kms:GenerateDataKey": "the same",
}


def allowed(action: str) -> bool:
    statements = [statement["Action"] for statement in POLICY["Statement"]]
    patterns = [[given] if isinstance(given, str) else given for given in statements]
    return any(fnmatchcase(action, pattern) for row in patterns for pattern in row)


def needed(kind: str) -> Iterator[str]:
    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema["handlers"]
    for name, handler in handlers.items():
        if name != "list":  # not part of a deployment
            yield from handler["permissions"]


def test_what_the_resources_need_is_allowed(stack: "Callable[..., Synthesised]"):
    kinds = {
        resource["Type"]
        for settings in COMBINATIONS.values()
        for resource in stack(**settings).template["Resources"].values()
    }
    actions = {action for kind in kinds for action in needed(kind)}
    refused = {action for action in actions if not allowed(action)}
    without = {action for action in refused if any(fnmatchcase(action, p) for p in NOT_NEEDED)}
    assert refused - without == set()
    assert all(any(fnmatchcase(action, p) for action in without) for p in NOT_NEEDED)


def test_what_is_allowed_has_a_name_or_a_condition():
    for statement in POLICY["Statement"]:
        if statement["Resource"] == "*":
            assert "Condition" in statement or statement["Sid"] == "NotByName"
            assert [action for action in statement["Action"] if action.endswith(":*")] == []
    assert f":function:{Settings().stack_name}-*" in json.dumps(POLICY)


def test_it_is_short_enough_for_a_managed_policy():
    assert len(json.dumps(POLICY, separators=(",", ":"))) <= 6144
