"""Requests to a function URL of AuthType AWS_IAM, or what stands in for one.

The gate in front of the service computes each signature again, from the request that has arrived.
"""

from pathlib import Path

from tests.cdk.gate import KEY, Iam, gate
from tests.load.locust import Locust
from tests.runtime.processes import RunningService

CREDENTIALS = {"AWS_ACCESS_KEY_ID": KEY.access_key, "AWS_SECRET_ACCESS_KEY": KEY.secret_key}
SIGNED = ("--requests", "10", "--batch-weight", "5", "--iam", "--region", "eu-west-1")


def test_signed_requests_pass(service: RunningService, tmp_path: Path):
    with gate(service.url, Iam()) as url:
        ended = Locust(tmp_path, url)(*SIGNED, environment=CREDENTIALS)
    assert (ended.status, ended.totals["answered"]) == (0, 10)


def test_a_signature_with_another_secret_is_refused(service: RunningService, tmp_path: Path):
    wrong = CREDENTIALS | {"AWS_SECRET_ACCESS_KEY": "another"}
    with gate(service.url, Iam()) as url:
        ended = Locust(tmp_path, url)(*SIGNED, environment=wrong)
    assert (ended.status, ended.totals["failed"]) == (1, 10)
    assert "status 403" in ended.log
