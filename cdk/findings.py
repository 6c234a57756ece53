"""Findings of the rule packs of cdk-nag, and the CDK's own warnings, that are known and meant.

tests/cdk/test_findings.py runs the packs, and finds those that nothing raises any more.
"""

import aws_cdk as cdk
from constructs import IConstruct


def acknowledge(construct: IConstruct, rule: str, reason: str) -> None:
    """Say why a finding on a construct, or on what is in it, is not followed.

    Args:
        construct: what the finding names, or what holds it.
        rule: its id, as the finding itself shows it after "Acknowledge with".
        reason: why.
    """
    cdk.Validations.of(construct).acknowledge(cdk.Acknowledgment(id=rule, reason=reason))
