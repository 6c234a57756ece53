"""The workflow that deploys: its shape, and its steps as GitHub's runner starts them."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / ".github" / "workflows" / "deploy.yml").read_text(encoding="utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
STEPS = [(job, step) for job, content in JOBS.items() for step in content["steps"]]
SCRIPTS = {f"{job}: {step['name']}": step["run"] for job, step in STEPS if "run" in step}
ASSUME_ROLE = (ROOT / ".github" / "assume-role.sh").read_text(encoding="utf-8")


def names(job: str) -> list[str]:
    return [step["name"] for step in JOBS[job]["steps"] if "name" in step]


# Its shape


def test_it_is_started_by_hand_only():
    assert WORKFLOW[True].keys() == {"workflow_dispatch"}  # YAML 1.1 reads `on` as true


def test_what_is_deployed_was_shown_and_approved_before():
    assert JOBS["deploy"]["needs"] == "diff"
    assert JOBS["deploy"]["environment"]["name"] == "${{ inputs.environment }}"
    assert JOBS["diff"]["environment"] == "${{ inputs.environment }}-diff"
    options = [step["env"]["OPTIONS"] for _, step in STEPS if "OPTIONS" in step.get("env", {})]
    assert set(options) == {
        "${{ steps.settings.outputs.options }}",
        "${{ needs.diff.outputs.options }}",
    }


def test_deployments_to_one_environment_wait_for_each_other():
    assert WORKFLOW["concurrency"]["group"].endswith("${{ inputs.environment }}")
    assert "cancel-in-progress" not in WORKFLOW["concurrency"]


def test_there_are_no_keys_of_aws_among_the_secrets():
    assert set(re.findall(r"secrets\.(\w+)", TEXT)) == {"FINTONE_API_KEY"}
    assert "AWS_SECRET" not in TEXT


@pytest.mark.parametrize("job", JOBS)
def test_nothing_is_installed_while_there_are_credentials(job: str):
    steps = names(job)
    assert steps.index("Install and synthesise") < steps.index("Take the role")


def test_no_script_has_an_input_written_into_it():
    assert [name for name, script in SCRIPTS.items() if "${{" in script] == []


@pytest.mark.parametrize("script", [*SCRIPTS.values(), ASSUME_ROLE], ids=[*SCRIPTS, "assume-role"])
def test_a_script_is_bash(script: str):
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)
    if shutil.which("shellcheck"):
        subprocess.run(["shellcheck", "--shell=bash", "-"], input=script, text=True, check=True)


# Its steps


def step(
    name: str, folder: Path, verb: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a step's script in a folder, with a `make` that writes down what it was asked."""
    (folder / "bin").mkdir(exist_ok=True)
    make = folder / "bin" / "make"
    make.write_text(f'#!/usr/bin/env bash\nprintf "%s\\n" "$@" >>asked\n{verb}\n')
    make.chmod(0o755)
    files = {name: str(folder / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    path = f"{make.parent}{os.pathsep}{os.environ['PATH']}"
    # https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#defaultsrunshell
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", SCRIPTS[name]],
        cwd=folder,
        env={"PATH": path, **files, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def written(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ("", ""),
        ("memory=3008", " -c memory=3008"),
        ("auth=none  cors_origins=https://a.example,https://b.example:8443", None),
        ("api_key_secret=arn:aws:secretsmanager:eu-west-1:111122223333:secret:k-AbC/1+=", None),
        ("alarm_email=ops+night@example.com cors_origins=*", None),
    ],
)
def test_settings_become_options(settings: str, options: str | None, tmp_path: Path):
    result = step("diff: Read the settings", tmp_path, SETTINGS=settings)
    assert result.returncode == 0, result.stdout
    wanted = "".join(f" -c {setting}" for setting in settings.split())
    assert written(tmp_path, "GITHUB_OUTPUT") == f"options={options or wanted}\n"


@pytest.mark.parametrize("settings", ["memory", "a=$(id)", "a=b;id", "A=1", "--app=x", "a='b'"])
def test_what_is_no_setting_is_refused_in_one_sentence(settings: str, tmp_path: Path):
    result = step("diff: Read the settings", tmp_path, SETTINGS=settings)
    assert result.returncode == 1
    assert re.fullmatch(r"::error::'.*' is no setting: write name=value, .*\.\n", result.stdout)
    assert not (tmp_path / "GITHUB_OUTPUT").exists()


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30))
def test_no_text_gets_into_a_shell(tmp_path_factory: pytest.TempPathFactory, text: str):
    folder = tmp_path_factory.mktemp("step")
    if step("diff: Read the settings", folder, SETTINGS=f"a={text}").returncode == 0:
        options = written(folder, "GITHUB_OUTPUT")
        assert re.fullmatch(r"options=( -c [a-z0-9_]+=[\w@:/.,+=*-]+)+\n", options, re.ASCII)


def test_the_difference_is_in_the_summary(tmp_path: Path):
    result = step(
        "diff: Compare with what is deployed", tmp_path, "echo changed", OPTIONS=" -c a=1"
    )
    assert result.returncode == 0
    assert written(tmp_path, "GITHUB_STEP_SUMMARY") == "```\nchanged\n```\n"
    assert "--method template" in written(tmp_path, "asked")


def test_a_difference_that_cannot_be_shown_ends_the_run(tmp_path: Path):
    assert step("diff: Compare with what is deployed", tmp_path, "exit 1", OPTIONS="").returncode


def test_a_deployment_gives_the_url(tmp_path: Path):
    (tmp_path / "cdk" / "cdk.out").mkdir(parents=True)
    outputs = {"fintone": {"FunctionUrl": "https://abc.example/", "FunctionName": "f"}}
    verb = f"echo '{json.dumps(outputs)}' >cdk/cdk.out/outputs.json"
    result = step("deploy: Deploy", tmp_path, verb, OPTIONS=" -c memory=3008")
    assert result.returncode == 0, result.stderr
    assert written(tmp_path, "GITHUB_OUTPUT") == "url=https://abc.example/\n"
    asked = "deploy\nARGS=--require-approval never  -c memory=3008\n"
    assert written(tmp_path, "asked") == asked


@pytest.mark.parametrize(("kind", "option"), [("AWS_IAM", "--iam"), ("NONE", "")])
def test_a_url_that_is_meant_to_be_closed_has_to_be(kind: str, option: str, tmp_path: Path):
    (tmp_path / "cdk" / "cdk.out").mkdir(parents=True)
    template = tmp_path / "cdk" / "cdk.out" / "fintone.template.json"
    url = {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": kind}}
    role = {"Type": "AWS::IAM::Role"}
    template.write_text(json.dumps({"Resources": {"Role": role, "Url": url}}))
    step("deploy: Ask what is deployed", tmp_path, URL="https://abc.example/")
    assert written(tmp_path, "asked") == f"smoke\nURL=https://abc.example/\nARGS={option}\n"


@pytest.mark.parametrize(
    ("deployed", "section"), [("success", "By hand"), ("failure", "By itself"), ("", "By itself")]
)
def test_a_failure_says_how_to_go_back(deployed: str, section: str, tmp_path: Path):
    step("deploy: Say how to go back", tmp_path, DEPLOYED=deployed)
    said = written(tmp_path, "GITHUB_STEP_SUMMARY")
    assert f"docs/deploy.md, *Roll back*, *{section}*" in said
    titles = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert "## Roll back\n\n### By itself\n" in titles
    assert f"### {section}\n" in titles
