"""How a job of GitHub's gets a role, with AWS's own command line against moto."""

import base64
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

ROOT = Path(__file__).resolve().parents[2]
ROLE = "arn:aws:iam::111122223333:role/fintone-deploy"
SUBJECT = "repo:owner@1/repository@2:environment:production"
REQUEST_TOKEN = "the-token-of-the-job"

pytestmark = pytest.mark.skipif(
    shutil.which("aws") is None or shutil.which("jq") is None,
    reason="the AWS command line or jq is missing, which GitHub's runners have",
)


def encoded(document: dict[str, str]) -> str:
    """One part of a token; the ÿ make sure that it is not base64 of the ordinary kind."""
    content = json.dumps(document | {"filler": "ÿÿÿ>>>???"}, ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


TOKEN = f"{encoded({'alg': 'RS256'})}.{encoded({'sub': SUBJECT})}.signature"


@pytest.fixture(scope="module")
def github() -> Iterator[str]:
    """The address at which a job with `id-token: write` gets its token."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            allowed = self.headers["authorization"] == f"bearer {REQUEST_TOKEN}"
            right = allowed and self.path == "/token?api-version=2&audience=sts.amazonaws.com"
            self.send_response(200 if right else 401)
            self.end_headers()
            self.wfile.write(json.dumps({"value": TOKEN}).encode())

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/token?api-version=2"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def sts() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def assume(
    folder: Path, github: str, sts: str, role: str = ROLE
) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    variables = {
        "ACTIONS_ID_TOKEN_REQUEST_URL": github,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": REQUEST_TOKEN,
        "AWS_ENDPOINT_URL": sts,
        "GITHUB_ENV": str(folder / "GITHUB_ENV"),
        "GITHUB_RUN_ID": "4711",
        "no_proxy": "127.0.0.1",
    }
    return subprocess.run(
        ["bash", ROOT / ".github" / "assume-role.sh", role, "eu-west-1"],
        env=kept | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_later_steps_have_the_role_and_its_region(tmp_path: Path, github: str, sts: str):
    assert assume(tmp_path, github, sts).returncode == 0
    lines = (tmp_path / "GITHUB_ENV").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines)
    client = boto3.client(
        "sts",
        endpoint_url=sts,
        region_name=given.pop("AWS_REGION"),
        **{name.lower(): value for name, value in given.items()},
    )
    assert client.meta.region_name == "eu-west-1"
    role = client.get_caller_identity()["Arn"]
    assert role.endswith(":assumed-role/fintone-deploy/fintone-4711")


def test_what_is_secret_is_masked_in_the_log(tmp_path: Path, github: str, sts: str):
    *masked, end = assume(tmp_path, github, sts).stdout.split("\n")
    written = (tmp_path / "GITHUB_ENV").read_text().splitlines()
    secrets = [TOKEN, *(line.split("=", 1)[1] for line in written[1:])]
    assert (masked, end) == ([f"::add-mask::{secret}" for secret in secrets], "")


def test_a_refusal_says_what_to_write_into_the_trust_policy(tmp_path: Path, github: str, sts: str):
    """This name is refused by the command line: moto itself gives every role to everybody."""
    result = assume(tmp_path, github, sts, "nonsense")
    assert result.returncode == 1
    last = result.stdout.splitlines()[-1]
    assert last.startswith("::error::")
    assert f"'{SUBJECT}'" in last
    assert not (tmp_path / "GITHUB_ENV").exists()


def test_an_environment_without_a_role_is_answered_in_one_sentence(tmp_path: Path):
    result = assume(tmp_path, "http://127.0.0.1:9", "http://127.0.0.1:9", "")
    assert (result.returncode, result.stdout.count("\n")) == (1, 1)
    assert "AWS_ROLE_ARN" in result.stdout
