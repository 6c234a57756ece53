from typing import Any

import cfnlint.api
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cdk.errors import SettingsError
from cdk.settings import LOG_DAYS, Settings
from tests.cdk.stacks import Stack

# The ends of what each setting takes, and something in between.
VALUES: dict[str, list[Any]] = {
    "stack_name": ["f", "A-9", "z" * 128],
    "memory": [128, 1769, 10240],
    "timeout": [1, 10, 900],
    "architecture": ["x86_64", "arm64"],
    "allow_arm64": [True],
    "reserved_concurrency": [1, 50, 100_000, None],
    "provisioned_concurrency": [0, 1, 100_000],
    "provisioned_maximum": [0, 1, 100_000],
    "provisioned_utilization": [0.1, 0.7, 0.9],
    "snapstart": [False, True],
    "auth": ["iam", "none"],
    "cors_origins": [(), ("*",), ("https://example.com", "http://localhost:8000")],
    "api_key_secret": [
        None,
        "a/b_+=.@-c",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:fintone/key-AbCdEf",
    ],
    "api_key_parameter": [None, "key", "/a/b.c_d-e:99"],
    "alarm_email": [None, "o'ps+fintone@mail.example.com"],
    "log_days": list(LOG_DAYS),
    "metrics": [False, True],
    "deployment": ["canary", "all-at-once"],
    "p99_ms": [1, 500, 899_999],
}


OPTIONAL = {name: st.sampled_from(found) for name, found in VALUES.items()}


# Each takes a second and a half. Most of what is drawn does not go together, and is refused before.
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(chosen=st.fixed_dictionaries({}, optional=OPTIONAL))
def test_what_the_settings_take_cloudformation_takes(chosen: dict[str, Any], stack: Stack):
    try:
        Settings(**chosen)
    except SettingsError:
        assume(False)
    made = stack(**chosen)
    assert [report for report in made.reports if report["violations"]] == []
    template = (made.folder / "fintone.template.json").read_text()
    errors = [match for match in cfnlint.api.lint(template) if match.rule.severity == "error"]
    assert [str(match) for match in errors] == []
