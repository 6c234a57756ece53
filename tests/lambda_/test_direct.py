"""Direct invocations, through the real emulator and awslambdaric."""

import json
from pathlib import Path

import httpx
import pytest

from tests.lambda_.emulator import Emulator, emulated

JSON_HEADER = {"content-type": "application/json"}
ROSE = "Operating profit rose to EUR 13.1 mn from EUR 8.7 mn"
FELL = "Operating profit fell to EUR 35.4 mn from EUR 68.8 mn"


@pytest.mark.parametrize(
    ("path", "event"),
    [
        ("/process_text", {"payload": FELL}),
        ("/v1/classify", {"text": ROSE}),
        ("/v1/classify", {"texts": [ROSE, FELL, "Ääkköset € 🙂"]}),
        ("/v1/classify", {"text": ROSE, "source": "a field that nothing reads"}),
        ("/v1/classify", {"texts": [ROSE] * 512}),
    ],
    ids=["payload", "text", "texts", "more fields", "512 texts"],
)
def test_the_answer_is_the_body_that_http_has(
    emulator: Emulator, server: httpx.Client, path: str, event: dict[str, object]
):
    assert emulator.invoke(event) == server.post(path, json=event).json()


@pytest.mark.parametrize(
    ("path", "event"),
    [
        ("/process_text", {"payload": " "}),
        ("/process_text", {"payload": None}),
        ("/v1/classify", {"text": 1}),
        ("/v1/classify", {"text": ""}),
        ("/v1/classify", {"text": "\ud800"}),
        ("/v1/classify", {"texts": []}),
        ("/v1/classify", {"texts": ["a", 2]}),
        ("/v1/classify", {"texts": "a"}),
        ("/v1/classify", {"texts": ["a"] * 513}),
        ("/v1/classify", {"text": "a", "texts": ["b"]}),
        ("/v1/classify", {"text": "a", "\ud800": 1}),
    ],
    ids=lambda value: None if isinstance(value, str) else repr(value)[:24],
)
def test_a_bad_event_raises_what_http_says(
    emulator: Emulator, server: httpx.Client, path: str, event: dict[str, object]
):
    told = server.post(path, content=json.dumps(event).encode(), headers=JSON_HEADER).json()
    error = emulator.invoke(event)
    assert error["errorType"] == "BadRequest"
    assert error["errorMessage"] == told["detail"]


def test_a_text_of_6_mb_is_refused(emulator: Emulator):
    error = emulator.invoke({"payload": "x" * 6_200_000})
    assert error["errorMessage"] == ("payload has 6200000 characters: shorten it to at most 10000.")


@pytest.mark.parametrize(
    "event",
    [
        {},
        [],
        3,
        None,
        "Profit rose",
        {"warm": False},
        {"requestContext": None},
        {"Records": [{"cf": {"request": {"uri": "/v1/classify"}}}]},
        {"source": "aws.events", "detail-type": "Scheduled Event"},
    ],
    ids=repr,
)
def test_an_event_without_a_text_raises_which_fields_there_are(emulator: Emulator, event: object):
    error = emulator.invoke(event)
    assert error["errorType"] == "BadRequest"
    assert error["errorMessage"] == (
        "Send an object with the field text, texts or payload as the event."
    )


def test_an_event_with_both_kinds_of_text_is_ambiguous(emulator: Emulator):
    error = emulator.invoke({"payload": ROSE, "text": FELL})
    assert error["errorMessage"] == "Send either payload, or text or texts, not both."


def test_a_warm_up_ping_is_answered_without_a_text(emulator: Emulator, server: httpx.Client):
    assert emulator.invoke({"warm": True}) == server.get("/health/ready").json()


def test_a_fault_of_ours_is_raised_in_general_and_logged_whole(fragile_model: Path, tmp_path: Path):
    with emulated(tmp_path, MODEL=fragile_model) as fragile:
        assert fragile.invoke({"text": "rose"})["result"]["label"] == "bullish"
        error = fragile.invoke({"text": "gain"})
        assert error["errorType"] == "ServiceFailure"
        assert error["errorMessage"] == (
            "The service failed; its log tells why under this request's id."
        )
        assert "Gather" not in str(error)
        line = fragile.last_line(1)
        assert (line["level"], line["status"]) == ("ERROR", 500)
        assert line["request_id"] == error["requestId"]
        assert "Gather" in line["error"]
        assert fragile.invoke({"text": "rose"})["result"]["label"] == "bullish"
