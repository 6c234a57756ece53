"""Who copies the calls of docs/deploy.md gets answers, where signatures or keys are asked for."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.credentials import Credentials

from tests.cdk.gate import KEY, Iam, gate
from tests.docs.page import BLOCKS
from tests.runtime.processes import running

REGION = "us-east-1"
API_KEY = "0123456789abcdef0123456789abcdef"

# Those of a user, and those that a role or a single sign-on gives.
CREDENTIALS = [KEY, Credentials("ASIAEXAMPLE", KEY.secret_key, "IQoJb3JpZ2luX2VjEXAMPLE//+/w==")]

# Stands for AWS's command line, where that would ask AWS.
AWS = f"""
aws() {{
    case "$*" in
        "configure export-credentials"*) echo ;;
        "secretsmanager get-secret-value"*) echo {API_KEY} ;;
        *) return 1 ;;
    esac
}}
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("service")) as service:
        yield service.url


@pytest.fixture(params=CREDENTIALS, ids=["user", "role"])
def signed(service: str, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The environment of who may call a URL that asks for signatures."""
    credentials: Credentials = request.param
    variables = {
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
        "AWS_SESSION_TOKEN": credentials.token,
    }
    with gate(service, Iam(credentials=credentials, region=REGION)) as url:
        yield environment(url) | {name: value for name, value in variables.items() if value}


def environment(url: str) -> dict[str, str]:
    """What a shell has after the page's first steps; a function URL ends with a slash."""
    ours = ("AWS_", "FINTONE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"URL": f"{url}/", "AWS_REGION": REGION, "no_proxy": "127.0.0.1"}


def block_with(text: str) -> str:
    (found,) = (block.text for block in BLOCKS if text in block.text)
    return found


def labels(answer: str) -> list[str]:
    body = json.loads(answer)
    return [result["label"] for result in body.get("results", [body.get("result")])]


def in_a_shell(commands: str, variables: dict[str, str]) -> str:
    command = ["bash", "-ec", AWS + commands]
    result = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    return result.stdout


def test_curl_signs_what_a_closed_url_answers(signed: dict[str, str]):
    assert labels(in_a_shell(block_with("--aws-sigv4"), signed)) == ["negative"]


def test_botocore_signs_what_a_closed_url_answers(signed: dict[str, str]):
    command = [sys.executable, "-c", block_with("SigV4Auth(")]
    result = subprocess.run(command, env=signed, capture_output=True, text=True, check=True)
    status, _, body = result.stdout.partition(" ")
    assert (status, labels(body)) == ("200", ["positive", "neutral"])


def test_curl_sends_the_key_that_an_open_url_asks_for(tmp_path: Path):
    with running(tmp_path, API_KEY=API_KEY) as service:
        answer = in_a_shell(block_with('-H "x-api-key:'), environment(service.url))
    assert labels(answer) == ["negative"]
