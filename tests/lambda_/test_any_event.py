"""No event, whatever its JSON, ends the process or raises anything but BadRequest."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.direct import BadRequest
from runtime.invocations import Invocations
from tests.lambda_.conftest import InvocationContext
from tests.lambda_.emulator import EVENTS, Emulator, recorded

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)
FIELDS = ("text", "texts", "payload", "warm", "requestContext", "version", "resource", "headers")
EVENT_LIKE = st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES)
NAMES = sorted(path.stem for path in EVENTS.glob("*.json"))

thorough = settings(max_examples=150, deadline=None)


def answered(invocations: Invocations, event: object) -> object:
    """What an event gets: the answer, or the message of a BadRequest."""
    try:
        answer = invocations(event, InvocationContext())
    except BadRequest as refusal:
        return str(refusal)
    json.dumps(answer)
    return answer


@thorough
@given(event=JSON_VALUES | EVENT_LIKE)
def test_any_json_is_answered_or_a_bad_request(invocations: Invocations, event: object):
    answered(invocations, event)


@thorough
@given(name=st.sampled_from(NAMES), data=st.data())
def test_any_change_to_an_http_event_is_answered_or_a_bad_request(
    invocations: Invocations, name: str, data: st.DataObject
):
    event = recorded(name)
    change(event, data)
    answered(invocations, event)


@pytest.mark.parametrize("event", [{"text": "\ud800"}, {"requestContext": {"elb": 1}}, {"a": "\0"}])
def test_the_emulator_answers_after_an_odd_event(emulator: Emulator, event: object):
    emulator.invoke(event)
    assert emulator.invoke({"payload": "Profit rose"})["Categories"] == "positive"


def change(event: dict[str, Any], data: st.DataObject) -> None:
    """Put any JSON in the place of a field, at any depth, or remove it."""
    place: dict[str, Any] = event
    while True:
        key = data.draw(st.sampled_from(sorted(place)))
        inner = place[key]
        if not isinstance(inner, dict) or not inner or data.draw(st.booleans()):
            break
        place = inner
    if data.draw(st.booleans()):
        del place[key]
    else:
        place[key] = copy.deepcopy(data.draw(JSON_VALUES))
