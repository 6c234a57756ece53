"""`cdk deploy` by the pinned command line, against moto: everything but making the resources.

moto's CloudFormation does not know most of what our stack has, so the change set is made and not
executed, and tests/cdk/test_moto.py makes the resources by calls of the APIs. `docker` is a
stand-in that writes down how it was called: tests/cdk/test_deploy_image.py has an engine.
"""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cdk.api_calls import ACCOUNT, REGION
from tests.cdk.moto import BUCKET, CLI, REGISTRY, REPOSITORY, Account, account, put_image
from tests.cdk.stacks import Synthesised

if not CLI.exists():
    pytest.skip("cdk/node_modules is not there: make test fetches it", allow_module_level=True)

_DOCKER = """#!/bin/bash
cd "$(dirname "$0")"
echo "$*" >>calls
case $1 in
    login) cat >password ;;
    inspect) exit 1 ;;
    build) echo "$BUILDX_NO_DEFAULT_ATTESTATIONS" >no-attestations ;;
esac
"""


@dataclass(frozen=True)
class Deployment:
    """A stack, the account that it goes to, and the stand-in for docker."""

    account: Account
    stack: Synthesised
    programs: Path

    def cdk(self, verb: str, *options: str) -> str:
        """Run a verb of the command line, which has to succeed; return what it printed."""
        status, output = self.tried(verb, *options)
        assert status == 0, output
        return output

    def tried(self, verb: str, *options: str) -> tuple[int, str]:
        """Run a verb of the command line, whatever becomes of it."""
        app = ("--app", str(self.stack.folder))
        result = self.account.cdk(verb, *app, *options, docker=self.programs / "docker")
        return result.returncode, result.stdout + result.stderr

    def calls(self) -> list[str]:
        """How docker was called, since this was asked last."""
        calls = self.programs / "calls"
        made = calls.read_text().splitlines() if calls.exists() else []
        calls.write_text("")
        return made

    def told(self, name: str) -> str:
        """What docker was told once."""
        return (self.programs / name).read_text().strip()


@pytest.fixture(scope="module")
def deployment(
    stack: Callable[..., Synthesised], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("account")
    docker = folder / "docker"
    docker.write_text(_DOCKER)
    docker.chmod(0o755)
    with account(folder) as empty:
        made = Deployment(empty, stack(), folder)
        made.cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}")
        made.cdk("deploy", "--no-execute", "--require-approval", "never")
        yield made


def test_the_image_is_built_for_the_functions_processor_and_pushed(deployment: Deployment):
    name = f"cdkasset-{deployment.stack.asset}"
    pushed = f"{REGISTRY}/{REPOSITORY}:{deployment.stack.asset}"
    assert deployment.calls() == [
        f"login --username AWS --password-stdin {REGISTRY}",
        f"inspect {name}",
        f"build --tag {name} --file Dockerfile.lambda --platform linux/amd64 .",
        f"tag {name} {pushed}",
        f"push {pushed}",
    ]


def test_the_image_has_no_attestations_which_lambda_would_refuse(deployment: Deployment):
    assert deployment.told("no-attestations") == "1"


def test_the_password_of_the_registry_is_that_of_the_account(deployment: Deployment):
    (token,) = deployment.account.client("ecr").get_authorization_token()["authorizationData"]
    user, password = base64.b64decode(token["authorizationToken"]).decode().split(":", 1)
    assert (user, password) == ("AWS", deployment.told("password"))


def test_the_template_is_uploaded_as_it_was_synthesised(deployment: Deployment):
    storage = deployment.account.client("s3")
    (uploaded,) = storage.list_objects_v2(Bucket=BUCKET)["Contents"]
    content = storage.get_object(Bucket=BUCKET, Key=uploaded["Key"])["Body"].read()
    assert json.loads(content) == deployment.stack.template


def test_the_change_set_has_every_resource(deployment: Deployment):
    formation = deployment.account.client("cloudformation")
    change_set = formation.describe_change_set(
        StackName="fintone", ChangeSetName="cdk-deploy-change-set"
    )
    assert (change_set["Status"], change_set["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    changes = [change["ResourceChange"] for change in change_set["Changes"]]
    assert {change["LogicalResourceId"]: change["ResourceType"] for change in changes} == {
        name: resource["Type"] for name, resource in deployment.stack.template["Resources"].items()
    }


def test_diff_shows_what_deploy_would_make(deployment: Deployment):
    shown = deployment.cdk("diff")
    for name in deployment.stack.template["Resources"]:
        assert f" {name}\n" in shown


def test_destroy_leaves_what_bootstrap_made(deployment: Deployment):
    deployment.cdk("destroy", "--force")
    stacks = deployment.account.client("cloudformation").describe_stacks()["Stacks"]
    assert [stack["StackName"] for stack in stacks] == ["CDKToolkit"]
    assert deployment.account.client("s3").list_objects_v2(Bucket=BUCKET)["KeyCount"] == 1


@dataclass(frozen=True)
class Again:
    """Another deployment, of an image that has been pushed already, and executed."""

    status: int
    output: str
    calls: list[str]


@pytest.fixture(scope="module")
def again(deployment: Deployment) -> Again:
    deployment.cdk("destroy", "--force")
    put_image(deployment.account.client("ecr"), deployment.stack.asset)
    deployment.calls()
    status, output = deployment.tried("deploy", "--require-approval", "never")
    return Again(status, output, deployment.calls())


def test_an_image_that_is_there_is_neither_built_nor_pushed_again(again: Again):
    assert again.calls == []


def test_moto_cannot_make_the_stack_as_docs_deploy_says(again: Again):
    """When this fails, moto has learnt it: test what it makes, and mend docs/deploy.md."""
    assert again.status == 1
    assert "instance of Fn::GetAtt references undefined resource Alarms" in again.output
