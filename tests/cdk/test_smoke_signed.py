"""The smoke test against a function URL of AuthType AWS_IAM, or what stands in for one.

The gate in front of the service computes each signature again, from the request that has arrived.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.credentials import Credentials

from tests.cdk.gate import KEY, Iam, gate
from tests.cdk.smoked import Smoke
from tests.runtime.processes import running

REGION = ("--region", "eu-west-1")
FUNCTION_URL = "http://abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-west-1.on.aws/"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("service")) as service:
        yield service.url


@pytest.fixture
def smoke(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Smoke:
    """The command, with credentials in the environment."""
    command = Smoke(monkeypatch, capsys)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY.secret_key)
    return command


def test_signed_requests_pass_and_an_unsigned_one_has_to_be_refused(smoke: Smoke, service: str):
    with gate(service, Iam()) as url:
        outcome = smoke(url, "--iam", *REGION)
    assert (outcome.status, outcome.held[:3], outcome.failed) == (
        0,
        ["IAM", "ready", "classify"],
        [],
    )


def test_a_function_url_that_refuses_is_signed_for_in_its_own_region(
    smoke: Smoke, service: str, monkeypatch: pytest.MonkeyPatch
):
    with gate(service, Iam()) as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        outcome = smoke(FUNCTION_URL)
    assert (outcome.status, outcome.held[0], outcome.failed) == (0, "IAM", [])


def test_a_function_url_that_answers_is_not_signed_for(
    smoke: Smoke, service: str, monkeypatch: pytest.MonkeyPatch
):
    with gate(service) as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        outcome = smoke(FUNCTION_URL)
    assert (outcome.status, outcome.held[0]) == (0, "ready")


def test_a_function_that_is_open_by_mistake_fails(smoke: Smoke, service: str):
    with gate(service) as url:
        outcome = smoke(url, "--iam", *REGION)
    assert (outcome.status, outcome.failed) == (1, ["IAM"])
    assert outcome.line("IAM").endswith("deploy it with auth=iam.")


def test_another_url_that_refuses_says_which_option_signs(smoke: Smoke, service: str):
    with gate(service, Iam()) as url:
        outcome = smoke(url)
    assert (outcome.status, outcome.failed) == (1, ["ready"])
    assert "--iam" in outcome.line("ready")


def test_temporary_credentials_send_their_token(
    smoke: Smoke, service: str, monkeypatch: pytest.MonkeyPatch
):
    session = Credentials(KEY.access_key, KEY.secret_key, "token-of-a-role")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token-of-a-role")
    with gate(service, Iam(session)) as url:
        assert smoke(url, "--iam", *REGION).status == 0


@pytest.mark.parametrize(
    ("iam", "said"),
    [
        (Iam(Credentials(KEY.access_key, "another")), "signature we calculated does not match"),
        (Iam(Credentials("AKIDOTHER", KEY.secret_key)), "security token"),
        (Iam(clock_ahead=timedelta(hours=1)), "Signature expired"),
        (Iam(service="execute-api"), "correct service: 'execute-api'"),
        (Iam(region="us-east-1"), "Credential should be scoped"),
    ],
    ids=["secret", "key id", "clock", "service", "region"],
)
def test_a_signature_that_does_not_fit_fails_with_what_aws_says(
    smoke: Smoke, service: str, iam: Iam, said: str
):
    with gate(service, iam) as url:
        outcome = smoke(url, "--iam", *REGION)
    assert (outcome.status, outcome.held, outcome.failed) == (1, ["IAM"], ["ready"])
    assert "403 and not 200" in outcome.line("ready")
    assert said in outcome.line("ready")


# Where region and credentials come from


def test_the_region_may_come_from_the_profile(
    smoke: Smoke, service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "config").write_text("[default]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    with gate(service, Iam()) as url:
        assert smoke(url, "--iam").status == 0


def test_no_region_is_one_sentence(smoke: Smoke, service: str):
    with gate(service, Iam()) as url:
        assert smoke(url, "--iam").refused(urlsplit(url).netloc, "--region")


def test_no_credentials_are_one_sentence(
    smoke: Smoke, service: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with gate(service, Iam()) as url:
        assert smoke(url, "--iam", *REGION).refused("No AWS credentials", "AWS_PROFILE")


def test_half_of_the_credentials_are_one_sentence(
    smoke: Smoke, service: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with gate(service, Iam()) as url:
        assert smoke(url, "--iam", *REGION).refused("credentials", "AWS_PROFILE")


def test_a_profile_that_does_not_exist_is_one_sentence(
    smoke: Smoke, service: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    assert smoke(service, "--iam").refused("nobody", "AWS_PROFILE")
