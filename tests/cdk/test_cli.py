"""The pinned command line itself, without network and without an account."""

import filecmp
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cdk.stacks import ROOT, Stack

CDK = ROOT / "cdk"
# Nothing listens there: whatever asks a registry, AWS or anybody else gets no answer.
NOWHERE = "http://127.0.0.1:9"
OFFLINE = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE)
OURS = ("AWS_", "CDK_", "FINTONE_", "MAKE")


@pytest.fixture(autouse=True)
def _installed() -> None:
    lock = CDK / "node_modules" / ".lock"
    if not (lock.exists() and filecmp.cmp(lock, CDK / "package-lock.json", shallow=False)):
        pytest.skip("the CDK's command line is not installed: bash cdk/fetch-cli.sh installs it")


def synth(*options: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(OURS)}
    return subprocess.run(
        ["bash", CDK / "cli.sh", "synth", *options],
        env={**inherited, **OFFLINE, "VENV": sys.prefix, "AWS_EC2_METADATA_DISABLED": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def said(result: subprocess.CompletedProcess[str]) -> list[str]:
    """The lines on standard error, without the frame that old versions of node are put in."""
    return [line for line in result.stderr.splitlines() if not line.startswith("b'!!")]


def resources(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Without the metadata, which the command line asks for: paths, and assets for SAM."""
    return {
        name: {key: value for key, value in resource.items() if key != "Metadata"}
        for name, resource in template["Resources"].items()
    }


def test_it_writes_the_template_offline_and_reports_to_nobody(tmp_path: Path, stack: Stack):
    result = synth("--output", str(tmp_path), "-c", "memory=512", "-vvv")
    assert result.returncode == 0, result.stderr
    written = json.loads((tmp_path / "fintone.template.json").read_text())
    assert resources(written) == resources(stack(memory=512).template)
    # Where CI is set, the CLI keeps standard error for errors.
    assert "Telemetry disabled" in result.stdout + result.stderr


def test_a_setting_that_cannot_be_used_is_one_sentence_and_no_template(tmp_path: Path):
    result = synth("--output", str(tmp_path / "out"), "-c", "memory=64")
    assert result.returncode != 0
    refusal, end = said(result)
    assert refusal == "memory is '64': set it to a whole number from 128 to 10240."
    assert end.endswith("Subprocess exited with error 1")
    assert not (tmp_path / "out" / "fintone.template.json").exists()
