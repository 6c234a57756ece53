"""What AWS's rule packs and cfn-lint find in the stack, with all that settings can bring in."""

import contextlib
import json
from pathlib import Path

import cfnlint.api
import pytest
from aws_cdk import Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks
from constructs import IConstruct

from cdk import findings
from cdk.settings import Settings
from cdk.stack import FintoneStack
from tests.cdk.stacks import COMBINATIONS, LABELS, ROOT, Stack, Synthesised, new_app

each_combination = pytest.mark.parametrize("combination", COMBINATIONS)


def found(folder: Path, combination: str) -> set[tuple[str, str]]:
    """What the rule packs and the CDK find: the construct, and the rule's id."""
    app = new_app(folder)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    FintoneStack(app, Settings(**COMBINATIONS[combination]), ROOT, LABELS)
    # It raises where something was found, after it has written what.
    with contextlib.suppress(RuntimeError):
        app.synth()
    return {
        (construct["constructPath"], _id(report["pluginName"], violation["ruleName"]))
        for report in Synthesised(app, folder).reports
        for violation in report["violations"]
        for construct in violation["violatingConstructs"]
    }


def _id(plugin: str, rule: str) -> str:
    return rule if rule.startswith("Annotation::") else f"{plugin}::{rule}"


@each_combination
def test_no_finding_is_left_without_a_reason(combination: str, tmp_path: Path):
    assert found(tmp_path, combination) == set()


def test_no_reason_is_left_without_its_finding(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
):
    reasons: dict[tuple[str, str], str] = {}

    def note(construct: IConstruct, rule: str, reason: str) -> None:
        reasons[construct.node.path, rule] = reason

    monkeypatch.setattr(findings, "acknowledge", note)
    raised = set[tuple[str, str]]()
    for combination in COMBINATIONS:
        raised |= found(tmp_path_factory.mktemp("findings"), combination)
    assert {
        (at, rule)
        for at, rule in reasons
        if not any(f"{path}/".startswith(f"{at}/") and rule == other for path, other in raised)
    } == set()
    assert all(reasons.values())


@each_combination
def test_cfn_lint_finds_nothing(combination: str, stack: Stack):
    matches = cfnlint.api.lint(
        json.dumps(stack(**COMBINATIONS[combination]).template),
        config={
            "regions": ["us-east-1", "eu-central-1"],
            # CDK makes a function wait for its role by name too, though the reference is enough.
            "ignore_checks": ["W3005"],
        },
    )
    assert [str(match) for match in matches] == []
