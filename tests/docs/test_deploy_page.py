"""What docs/deploy.md says is so, as far as it can be known without an account."""

import ast
import json
import re
import subprocess

import msgspec
import pytest
from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from botocore.session import Session

from cdk.settings import describe
from runtime.lambda_logs import InvocationLine
from tests.docs.page import BLOCKS, PAGE, ROOT, table
from tests.readme.page import Block

TEMPLATE = json.loads((ROOT / "tests" / "cdk" / "fintone.template.json").read_text())
SHELL = [block for block in BLOCKS if block.language == "sh"]

# What the command line has beside the operations of AWS's services, and its options for all.
OF_THE_COMMAND_LINE = {("logs", "tail"), ("configure", "export-credentials")}
OPTIONS_OF_ALL = {"query", "output", "max-items", "cli-binary-format", "endpoint-url"}


def known(blocks: list[Block]) -> list[str]:
    return [f"{block.section}: {block.text.splitlines()[0][:30]}" for block in blocks]


# Settings, verbs, formats


def test_the_settings_are_all_and_as_the_program_knows_them():
    rows = [(name.strip("`"), *rest) for name, *rest in table("| Setting | Default | Meaning |")]
    assert rows == list(describe())


def test_settings_that_are_used_exist():
    used = re.findall(r"-c (\w+)=|FINTONE_CDK_([A-Z0-9_]+)", PAGE)
    names = {(option or variable).lower() for option, variable in used}
    assert names <= {name for name, _, _ in describe()} | {"name"}


def test_every_verb_that_is_named_exists():
    makefile = (ROOT / "Makefile").read_text().replace("\\\n", "")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.M)
    assert set(re.findall(r"(?:`|^|before it, )make ([a-z-]+)", PAGE, re.M)) <= set(phony.split())


@pytest.mark.parametrize("block", SHELL, ids=known(SHELL))
def test_commands_are_shell(block: Block):
    subprocess.run(["bash", "-n"], input=block.text, text=True, check=True)


@pytest.mark.parametrize("language", ["json", "python"])
def test_a_document_can_be_read(language: str):
    texts = [block.text for block in BLOCKS if block.language == language]
    assert texts
    for text in texts:
        json.loads(text) if language == "json" else ast.parse(text)


def test_a_diagram_is_a_flow_chart_whose_nodes_are_drawn_once():
    diagrams = [block.text for block in BLOCKS if block.language == "mermaid"]
    assert len(diagrams) == 3
    for text in diagrams:
        first, *lines = text.splitlines()
        assert first == "flowchart LR"
        drawn = re.findall(r"(\w+)(?:\(\[|\[\(|\[|\{)\"", text)
        assert len(drawn) == len(set(drawn))
        assert text.count("subgraph ") == len(re.findall(r"^ +end$", text, re.M))
        # Each line is arrows between names, and names may carry their text.
        node = r"\w+(\(\[\".+?\"\]\)|\[\(\".+?\"\)\]|\[\".+?\"\]|\{\".+?\"\})?"
        arrow = r" (-->|-\.->)(\|(\"[^\"]+\"|[^|\"]+)\|)? "
        shape = re.compile(rf" +({node}({arrow}{node})+|subgraph .*|end)")
        assert [line for line in lines if not shape.fullmatch(line)] == []


def test_the_contents_lead_to_sections():
    titles = re.findall(r"^#+ (.+)$", PAGE, re.M)
    anchors = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= anchors


# The stack, as tests/cdk/test_snapshot.py holds it


def test_every_alarm_has_its_section():
    alarms = {
        re.sub(r"^Alarms|[0-9A-F]{8}$", "", name)
        for name, resource in TEMPLATE["Resources"].items()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }
    (night,) = re.findall(r"^## At three in the morning\n(.*?)^## ", PAGE, re.M | re.S)
    assert set(re.findall(r"^### (\w+)$", night, re.M)) == alarms


def test_outputs_that_are_asked_for_exist():
    asked = set(re.findall(r"(?<!-)output (\w+)[`)]", PAGE))
    assert {"FunctionUrl", "FunctionName", "LogGroupName"} < asked <= set(TEMPLATE["Outputs"])


# Commands of AWS


def aws_commands() -> list[tuple[str, str, list[str]]]:
    """Service, operation and options of each command of the AWS command line."""
    joined = re.sub(r"\\\n *", "", "\n".join(block.text for block in SHELL))
    inline = re.findall(r"`([^`\n]*)`", PAGE)
    found = re.findall(r"\baws ([a-z0-9-]+) ([a-z0-9-]+)([^;|)\n]*)", "\n".join([joined, *inline]))
    return [
        (service, verb, re.findall(r" --([a-z-]+)", re.sub(r"'[^']*'|\"[^\"]*\"", "", options)))
        for service, verb, options in found
    ]


def test_commands_of_aws_exist_with_their_options():
    session = Session()
    assert len(aws_commands()) > 20
    for service, verb, options in aws_commands():
        if (service, verb) in OF_THE_COMMAND_LINE:
            continue
        try:
            model = session.get_service_model({"deploy": "codedeploy"}.get(service, service))
        except UnknownServiceError:
            pytest.fail(f"aws {service}")
        names = {xform_name(name, "-"): name for name in model.operation_names}
        assert verb in names, f"aws {service} {verb}"
        shape = model.operation_model(names[verb]).input_shape
        members = {xform_name(name, "-") for name in (shape.members if shape else {})}
        assert set(options) <= members | OPTIONS_OF_ALL, f"aws {service} {verb} {options}"


# Queries of the log


def test_queries_name_fields_that_the_log_has():
    queries = [block.text for block in BLOCKS if block.language == ""]
    assert queries
    ours = {field.encode_name for field in msgspec.structs.fields(InvocationLine)}
    of_lambda = {"type", "@timestamp", "record.status", "record.errorType"}
    words = {"filter", "stats", "fields", "sort", "limit", "and", "desc", "by"}
    functions = {"count", "ispresent", "pct", "max", "bin"}
    for query in queries:
        named = set(re.findall(r"(?<![\w.])@?[A-Za-z][\w.]*", re.sub(r'"[^"]*"', "", query)))
        assert named - words - functions - {"bin"} <= ours | of_lambda
