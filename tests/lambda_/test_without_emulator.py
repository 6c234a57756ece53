"""The handler alone: what also has to hold where there is no emulator."""

from pathlib import Path

import pytest

from runtime.direct import BadRequest, DirectEvents, ServiceFailure
from runtime.invocations import Invocations
from runtime.lambda_logs import InvocationLines
from runtime.model import Model
from runtime.settings import Settings
from tests.lambda_.conftest import InvocationContext
from tests.lambda_.emulator import EVENTS, recorded


@pytest.mark.parametrize("name", sorted(path.stem for path in EVENTS.glob("*.json")))
def test_every_recorded_event_is_answered(
    invocations: Invocations, context: InvocationContext, name: str
):
    answer = invocations(recorded(name), context)
    assert isinstance(answer, dict)
    assert answer["statusCode"] == 200


@pytest.mark.parametrize("multi", ["", "multi_value_"])
def test_an_event_that_mangum_cannot_read_is_answered(
    invocations: Invocations, context: InvocationContext, multi: str
):
    event = recorded(f"alb_{multi}post")
    del event["path"]
    answer = invocations(event, context)
    assert isinstance(answer, dict)
    assert answer["statusCode"] == 400
    assert ("multiValueHeaders" in answer) == bool(multi)


def test_lambdas_request_id_is_that_of_the_answer(
    invocations: Invocations, context: InvocationContext
):
    answer = invocations(recorded("alb_post"), context)
    assert isinstance(answer, dict)
    assert answer["headers"]["x-request-id"] == context.aws_request_id


@pytest.mark.parametrize("event", [{"text": "rose"}, {"texts": ["rose"]}, {"payload": "rose"}])
def test_every_direct_event_is_answered(
    invocations: Invocations, context: InvocationContext, event: dict[str, object]
):
    assert isinstance(invocations(event, context), dict)


def test_a_warm_up_ping_is_answered(invocations: Invocations, context: InvocationContext):
    answer = invocations({"warm": True}, context)
    assert isinstance(answer, dict)
    assert answer["status"] == "ready"


@pytest.mark.parametrize("event", [{}, {"text": 1}, {"text": "a", "payload": "b"}])
def test_a_bad_direct_event_raises(
    invocations: Invocations, context: InvocationContext, event: dict[str, object]
):
    with pytest.raises(BadRequest):
        invocations(event, context)


def test_a_fault_of_ours_raises_without_its_inside(fragile_model: Path, context: InvocationContext):
    model = Model.load(fragile_model).warm_up()
    direct = DirectEvents(model, Settings(), InvocationLines(None))
    with pytest.raises(ServiceFailure, match="its log tells why") as failure:
        direct({"text": "gain"}, context)
    assert failure.value.__cause__ is None
