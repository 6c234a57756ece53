"""With FINTONE_API_KEY set: HTTP events need the key, direct invocations are IAM's matter."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.direct import Context
from runtime.invocations import Invocations
from tests.lambda_.conftest import InvocationContext, started
from tests.lambda_.emulator import EVENTS, Emulator, emulated, recorded

KEY = "Only-for-tests:0123456789/~!"
POSTS = sorted(path.stem for path in EVENTS.glob("*_post.json"))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with emulated(tmp_path_factory.mktemp("guarded"), API_KEY=KEY) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def handler() -> Iterator[Invocations]:
    with started({"FINTONE_API_KEY": KEY}) as invocations:
        yield invocations


def with_key(event: dict[str, Any], sent: object) -> dict[str, Any]:
    """Put a key into an event as its source would spell the header."""
    headers = event.get("headers") or event["multiValueHeaders"]
    name = "X-Api-Key" if "User-Agent" in headers else "x-api-key"
    if "headers" in event:
        event["headers"][name] = sent
    if "multiValueHeaders" in event:
        event["multiValueHeaders"][name] = [sent]
    return event


@pytest.mark.parametrize("name", POSTS)
def test_each_source_takes_texts_with_the_key_alone(guarded: Emulator, name: str):
    assert guarded.invoke(with_key(recorded(name), KEY))["statusCode"] == 200
    for event in (recorded(name), with_key(recorded(name), f"{KEY}x")):
        answer = guarded.invoke(event)
        assert (answer["statusCode"], answer["isBase64Encoded"]) == (401, False)
        assert "x-api-key" in json.loads(answer["body"])["detail"]
        headers = answer["headers" if answer.get("headers") else "multiValueHeaders"]
        challenge = 'ApiKey realm="fintone"'
        assert headers["www-authenticate"] in (challenge, [challenge])


def test_pages_and_health_need_no_key(guarded: Emulator):
    event = recorded("function_url_get")
    for path in ("/", "/health/ready"):
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
        assert guarded.invoke(event)["statusCode"] == 200


@pytest.mark.parametrize("event", [{"text": "Profit rose"}, {"payload": "Profit rose"}])
def test_a_direct_invocation_needs_no_key(guarded: Emulator, event: object):
    assert "positive" in json.dumps(guarded.invoke(event))


def test_the_key_is_not_logged(guarded: Emulator):
    before = len(guarded.lines())
    guarded.invoke(with_key(recorded("function_url_post"), f"{KEY}x"))
    assert guarded.last_line(before)["status"] == 401
    assert KEY not in guarded.output()


def test_what_init_rehearses_is_answered_and_not_refused(monkeypatch: pytest.MonkeyPatch):
    """A refusal would leave the first user to wait for what had not run yet."""
    answers: list[Any] = []

    class Recorded(Invocations):
        def __call__(self, event: object, context: Context) -> object:
            answers.append(super().__call__(event, context))
            return answers[-1]

    monkeypatch.setattr("runtime.invocations.Invocations", Recorded)
    with started({"FINTONE_API_KEY": KEY}):
        pass
    assert [answer["statusCode"] for answer in answers if "statusCode" in answer] == [200]


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(POSTS),
    sent=st.text(st.characters(exclude_categories=()))
    | st.none()
    | st.integers()
    | st.just(KEY[1:]),
)
def test_any_header_but_the_key_is_refused(handler: Invocations, name: str, sent: object):
    answer = handler(with_key(recorded(name), sent), InvocationContext())
    assert isinstance(answer, dict)
    assert answer["statusCode"] in (400, 401)
