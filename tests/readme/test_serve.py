"""The commands of the sections on serving: a reader who types them gets what the page shows."""

import json
from collections.abc import Iterator

import pytest

from tests.readme.checkout import Checkout, Server
from tests.readme.page import Command, commands, commands_of, rounded

SERVE, TEST = commands_of("Start")
ASK = commands()["Ask"]
WITHOUT_SHOWN_ANSWER = [command.text for command in ASK if command.shown is None]


@pytest.fixture(scope="module")
def server(checkout: Checkout) -> Iterator[Server]:
    with checkout.serving(SERVE) as server:
        yield server


def ask(checkout: Checkout, server: Server, command: str) -> str:
    """The body that a command gets from the server, which has a free port instead of 8080."""
    assert "localhost:8080/" in command
    asked = checkout.run(command.replace("localhost:8080/", f"localhost:{server.port}/"), 60)
    assert (asked.returncode, asked.stderr) == (0, "")
    return asked.stdout


def test_make_test_runs_the_suite_with_its_gate(checkout: Checkout):
    """Not run, only planned: it would run this test again, and all others."""
    *fetched, planned = checkout.run(f"{TEST} --dry-run").stdout.splitlines()
    assert "fetch-emulator.sh" in fetched[0]
    assert planned.startswith(".venv/bin/python -m pytest -n 2 ")
    assert " --cov " in planned


@pytest.mark.parametrize(
    "command",
    [command for command in ASK if command.shown],
    ids=lambda command: command.text.split()[2],
)
def test_an_answer_is_the_one_shown(checkout: Checkout, server: Server, command: Command):
    assert command.shown is not None
    shown = json.loads(command.shown.replace('"MODEL"', f'"{server.version}"'))
    assert rounded(ask(checkout, server, command.text)) == shown


def test_texts_are_answered_in_order(checkout: Checkout, server: Server):
    texts, *_ = WITHOUT_SHOWN_ANSWER
    answer = json.loads(ask(checkout, server, texts))
    assert [result["label"] for result in answer["results"]] == ["positive", "neutral"]


def test_the_documents_are_two_pages_and_openapi(checkout: Checkout, server: Server):
    _, *documents, _, _, _, _ = WITHOUT_SHOWN_ANSWER
    home, reference, openapi = (ask(checkout, server, command) for command in documents)
    assert home.lower().startswith("<!doctype html>")
    assert reference.lower().startswith("<!doctype html>")
    assert json.loads(openapi)["openapi"].startswith("3.1.")


def test_an_explanation_weighs_each_word(checkout: Checkout, server: Server):
    *_, explain, _, _, _ = WITHOUT_SHOWN_ANSWER
    answer = json.loads(ask(checkout, server, explain))
    assert [word["word"] for word in answer["words"]] == ["Net", "sales", "rose", "by", "5", "%"]


def test_health_says_live_and_ready(checkout: Checkout, server: Server):
    *_, live, ready, _ = WITHOUT_SHOWN_ANSWER
    for command, status in ((live, "live"), (ready, "ready")):
        answer = json.loads(ask(checkout, server, command))
        assert answer == {"status": status, "model": server.version}


def test_what_was_asked_is_counted(checkout: Checkout, server: Server):
    *_, metrics = WITHOUT_SHOWN_ANSWER
    assert "fintone_requests_total{" in ask(checkout, server, metrics)


def test_settings_are_taken_from_the_command_line(checkout: Checkout):
    command, *_ = commands_of("Settings")
    assert "FINTONE_PORT=9090 " in command
    with checkout.serving(command.replace("=9090 ", "=0 ")) as server:
        assert server.workers == 1


def test_only_those_who_send_the_key_are_answered(checkout: Checkout):
    _, serve, classify = commands_of("Settings")
    with checkout.serving(serve) as server:
        answer = json.loads(ask(checkout, server, classify))
        refused = json.loads(ask(checkout, server, classify.replace("x-api-key: ", "x-other: ")))
    assert answer["result"]["label"] == "positive"
    assert refused["status"] == 401
