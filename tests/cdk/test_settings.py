import re
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cdk.errors import SettingsError
from cdk.settings import Settings, describe, variable

# A value of each setting that differs from its default, as a user writes it and as it is read.
GIVEN: dict[str, tuple[str, object]] = {
    "stack_name": ("fintone-staging", "fintone-staging"),
    "memory": ("3008", 3008),
    "timeout": ("30", 30),
    "architecture": ("arm64", "arm64"),
    "allow_arm64": ("1", True),
    "reserved_concurrency": ("none", None),
    "provisioned_concurrency": ("3", 3),
    "provisioned_maximum": ("9", 9),
    "provisioned_utilization": ("0.5", 0.5),
    "snapstart": ("1", True),
    "auth": ("none", "none"),
    "cors_origins": ("https://a.example, http://b:8000", ("https://a.example", "http://b:8000")),
    "api_key_secret": ("fintone/key", "fintone/key"),
    "api_key_parameter": ("/fintone/key:2", "/fintone/key:2"),
    "alarm_email": ("ops@example.com", "ops@example.com"),
    "log_days": ("7", 7),
    "metrics": ("0", False),
    "deployment": ("all-at-once", "all-at-once"),
    "p99_ms": ("250", 250),
}
# What some values need beside them.
BESIDE = {
    "architecture": {"allow_arm64": "1"},
    "provisioned_maximum": {"provisioned_concurrency": "3"},
    "auth": {"cors_origins": "*"},
}

NAMES = [entry.name for entry in fields(Settings)]


def refusal(context: dict[str, object], environment: dict[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        Settings.read(context, environment or {})
    message = str(caught.value)
    assert re.fullmatch(r"[^\n]+[.?]", message)
    return message


def test_every_setting_has_a_default_and_is_described_in_order():
    Settings.read({}, {})
    assert [name for name, _, _ in describe()] == NAMES == list(GIVEN)
    assert all(default and description for _, default, description in describe())


@pytest.mark.parametrize("name", GIVEN)
def test_a_setting_is_read_from_the_context_and_from_the_environment(name: str):
    text, value = GIVEN[name]
    beside = BESIDE.get(name, {})
    of_context = Settings.read({**beside, name: text}, {})
    variables = {variable(key): content for key, content in {**beside, name: text}.items()}
    assert getattr(of_context, name) == value != getattr(Settings(), name)
    assert Settings.read({}, variables) == of_context


def test_the_context_goes_before_the_environment():
    assert Settings.read({"memory": "512"}, {"FINTONE_CDK_MEMORY": "1024"}).memory == 512


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_value_keeps_the_default(blank: str):
    assert Settings.read({"memory": blank}, {"FINTONE_CDK_LOG_DAYS": blank}) == Settings()


def test_a_blank_context_leaves_the_environment_its_say():
    assert Settings.read({"memory": ""}, {"FINTONE_CDK_MEMORY": "1024"}).memory == 1024


def test_numbers_in_cdk_json_are_read_as_numbers():
    read = Settings.read({"memory": 512, "provisioned_utilization": 0.5}, {})
    assert (read.memory, read.provisioned_utilization) == (512, 0.5)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("stack_name", "1st"),
        ("stack_name", "a" * 129),
        ("memory", "127"),
        ("memory", "10241"),
        ("memory", "1.5"),
        ("timeout", "0"),
        ("timeout", "901"),
        ("architecture", "riscv"),
        ("allow_arm64", "yes"),
        ("reserved_concurrency", "0"),
        ("reserved_concurrency", "many"),
        ("provisioned_concurrency", "-1"),
        ("provisioned_utilization", "0.95"),
        ("provisioned_utilization", "nan"),
        ("snapstart", "on"),
        ("auth", "basic"),
        ("cors_origins", "example.com"),
        ("cors_origins", "https://example.com/"),
        ("cors_origins", "https://a.example,,https://b.example"),
        ("api_key_secret", "key}}{{resolve:ssm:other"),
        ("api_key_secret", "key:SecretString"),
        ("api_key_parameter", "/key:latest"),
        ("alarm_email", "ops"),
        ("log_days", "31"),
        ("deployment", "linear"),
        ("p99_ms", "0"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_what_can_be(name: str, text: str):
    assert refusal({name: text}).startswith(f"{name} is {text[:60]!r}: set it to ")
    assert refusal({}, {variable(name): text}).startswith(f"{variable(name)} is {text[:60]!r}: ")


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ({"architecture": "arm64"}, ["allow_arm64=1", "microsoft/onnxruntime#10038"]),
        ({"snapstart": "1", "provisioned_concurrency": "1"}, ["snapstart", "to 0"]),
        ({"provisioned_maximum": "5"}, ["provisioned_concurrency", "1 or more"]),
        ({"provisioned_concurrency": "5", "provisioned_maximum": "4"}, ["raise it", "to 0"]),
        ({"provisioned_concurrency": "51"}, ["reserved_concurrency", "raise it"]),
        (
            {"provisioned_concurrency": "1", "provisioned_maximum": "51"},
            ["reserved_concurrency", "raise it"],
        ),
        ({"auth": "none"}, ["cors_origins", "https://example.com"]),
        (
            {"auth": "none", "cors_origins": "*", "reserved_concurrency": "none"},
            ["reserved_concurrency", "a number"],
        ),
        ({"cors_origins": "*,https://example.com"}, ["cors_origins", "leave out"]),
        ({"cors_origins": ",".join(["https://a.example"] * 101)}, ["100", "leave some out"]),
        ({"api_key_secret": "a", "api_key_parameter": "b"}, ["leave out one"]),
        ({"timeout": "1", "p99_ms": "1000"}, ["p99_ms", "timeout"]),
    ],
)
def test_what_does_not_go_together_is_refused_with_what_to_change(
    context: dict[str, object], words: list[str]
):
    message = refusal(context)
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize(
    "context",
    [
        {"architecture": "arm64", "allow_arm64": "1"},
        {"provisioned_concurrency": "50", "provisioned_maximum": "50"},
        {"provisioned_concurrency": "500", "reserved_concurrency": "none"},
        {"auth": "none", "cors_origins": "*", "reserved_concurrency": "1"},
        {"timeout": "1", "p99_ms": "999"},
    ],
)
def test_what_just_goes_together_is_taken(context: dict[str, object]):
    Settings.read(context, {})


def test_a_misspelt_setting_is_refused_and_the_right_one_named():
    assert refusal({"memroy": "512"}) == "'memroy' is no setting: did you mean memory?"
    assert "did you mean FINTONE_CDK_SNAPSTART?" in refusal({}, {"FINTONE_CDK_SNAP_START": "1"})


def test_a_setting_like_none_of_ours_is_answered_with_all_of_them():
    message = refusal({"zzz": "1"})
    assert [name for name in NAMES if name not in message] == []


def test_what_the_cdk_itself_puts_into_the_context_is_passed_over():
    of_the_cdk = {
        "@aws-cdk/core:checkSecretUsage": True,
        "aws:cdk:enable-path-metadata": True,
        "availability-zones:account=1:region=eu-west-1": [],
        "acknowledged-issue-numbers": [1],
        "cli-telemetry": False,
    }
    assert Settings.read(of_the_cdk, {"PATH": "/bin", "FINTONE_PORT": "80"}) == Settings()


@given(name=st.sampled_from(NAMES), text=st.text())
def test_any_text_is_read_or_refused_in_one_sentence(name: str, text: str):
    try:
        Settings.read({name: text}, {})
    except SettingsError:
        refusal({name: text})


@given(key=st.text(min_size=1), text=st.text(min_size=1))
def test_any_key_is_known_or_refused_in_one_sentence(key: str, text: str):
    if key not in NAMES and not set(key) & set(":@"):
        assert repr(key[:60]) in refusal({key: text})


# CloudFormation looks for {{resolve:…}} in all it is given, so nobody may write one of their own.
@given(
    name=st.sampled_from(["api_key_secret", "api_key_parameter"]),
    text=st.text(st.sampled_from("ab/:{}-.1"), min_size=1),
)
def test_the_name_of_a_key_never_ends_its_reference(name: str, text: str):
    try:
        read = Settings.read({name: text}, {})
    except SettingsError:
        return
    value = getattr(read, name)
    assert not set(value) & set("{}")
    assert re.fullmatch(r"[^:]+(:\d+)?", value)
