"""Right answers are taken for right, and each kind of wrong one is told."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from load.answers import Outcome, judge
from load.questions import Mix, Question, Questions
from tests.load.servers import LABELS, PROBLEM, ok, result, right

ONE, TWO = Question("a text", 1, b""), Question("a batch", 2, b"")
KNOWN = frozenset(LABELS)
LOW = dict.fromkeys(LABELS, 0.0)


def reason(question: Question, document: object) -> str:
    status, headers, body = ok(document)
    return judge(question, status, headers, body, KNOWN).reason


@given(st.lists(st.floats(0, 1), min_size=len(LABELS), max_size=len(LABELS)).filter(any))
def test_any_probabilities_that_sum_to_1_are_right(weights: list[float]):
    probabilities = dict(zip(LABELS, (each / sum(weights) for each in weights), strict=True))
    label = max(probabilities, key=lambda name: probabilities[name])
    document = result(label=label, score=probabilities[label], probabilities=probabilities)
    assert reason(ONE, {"model": "m", "result": document}) == ""
    assert reason(TWO, {"model": "m", "results": [document, document]}) == ""


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"label": "delighted"}, "label that is none of the model's"),
        ({"label": LABELS[1]}, "label is not the most probable one"),
        ({"score": 0.5}, "score is not the highest probability"),
        ({"probabilities": LOW}, "probabilities do not sum to 1"),
        ({"probabilities": LOW | {LABELS[0]: 0.75}}, "probabilities do not sum to 1"),
        ({"probabilities": LOW | {LABELS[0]: 1.5}}, "probability that is none"),
        ({"probabilities": {LABELS[0]: 1.0}}, "probabilities of other labels than the model's"),
        ({"score": "high"}, "answer of another shape"),
        ({"probabilities": [1, 0, 0]}, "answer of another shape"),
    ],
)
def test_a_lie_is_found(changes: dict[str, object], told: str):
    assert reason(ONE, {"model": "m", "result": result(**changes)}) == told
    results = [result(), result(**changes)]
    assert reason(TWO, {"model": "m", "results": results}) == told


def test_as_many_results_as_texts_are_wanted():
    wrong = {"model": "m", "results": [result()]}
    assert reason(TWO, wrong) == "not as many results as texts"


def test_an_answer_to_another_question_is_none():
    assert reason(TWO, {"model": "m", "result": result()}) == "answer of another shape"
    assert reason(ONE, {"model": "m", "results": [result()]}) == "answer of another shape"


@given(st.binary(), st.integers(100, 599), st.dictionaries(st.text(), st.text()))
@example(b"\xff", 200, {})
@example(b'{"model": "m", "result": null}', 200, {})
@example(b"", 503, {"retry-after": "\u0663"})
def test_nothing_that_a_server_sends_is_a_crash(body: bytes, status: int, headers: dict[str, str]):
    assert judge(ONE, status, headers, body, KNOWN).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"content-type": PROBLEM, "retry-after": "7"}, Outcome.SHED),
        ({"content-type": PROBLEM}, Outcome.FAILED),
        ({"content-type": PROBLEM, "retry-after": "soon"}, Outcome.FAILED),
        ({"content-type": PROBLEM, "retry-after": 400 * "9"}, Outcome.FAILED),
        ({"content-type": "text/html", "retry-after": "7"}, Outcome.FAILED),
    ],
)
def test_a_503_is_honest_only_if_it_says_when_to_come_back(
    headers: dict[str, str], outcome: Outcome
):
    verdict = judge(ONE, 503, headers, b"{}", KNOWN)
    assert verdict.outcome is outcome
    assert verdict.retry_after == (7 if outcome is Outcome.SHED else 0)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5), st.integers(1, 40), st.integers())
def test_what_is_asked_has_as_many_texts_as_it_says(texts: list[str], size: int, seed: int):
    drawn = [Questions(texts, Mix(1, 1, size), seed).draw() for _ in range(4)]
    for question in drawn:
        asked = json.loads(question.body)
        sent = [asked["text"]] if "text" in asked else asked["texts"]
        assert len(sent) == question.texts
        assert set(sent) <= set(texts)
        assert judge(question, *right(asked), KNOWN).outcome is Outcome.ANSWERED
