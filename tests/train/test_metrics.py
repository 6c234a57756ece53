import json
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import softmax
from sklearn.metrics import accuracy_score, f1_score

from train.calibration import Floats, Integers, expected_calibration_error
from train.metrics import (
    agreement_groups,
    bootstrap_macro_f1,
    by_group,
    evaluate_predictions,
    macro_f1,
)

LABELS = ("negative", "neutral", "positive")


def _one_hot(predicted: list[int], columns: int) -> Floats:
    return np.eye(columns)[predicted]


@st.composite
def _cases(draw: st.DrawFn) -> tuple[Integers, Floats]:
    rows = draw(st.integers(1, 40))
    columns = draw(st.integers(2, 6))
    logits = draw(arrays(np.float32, (rows, columns), elements=st.floats(-5, 5, width=32)))
    truth = draw(arrays(np.int64, rows, elements=st.integers(0, columns - 1)))
    return truth, softmax(logits, axis=1)


def _names(probabilities: Floats) -> list[str]:
    return [f"class {column}" for column in range(probabilities.shape[1])]


@pytest.fixture(scope="module")
def noisy() -> tuple[Integers, Floats]:
    """2000 rows of uneven classes, of which about three in four are predicted rightly."""
    random = np.random.default_rng(3)
    truth = random.choice(3, size=2000, p=(0.15, 0.6, 0.25))
    return truth, softmax(np.eye(3)[truth] * 1.5 + random.normal(size=(2000, 3)), axis=1)


def test_a_small_case_by_hand() -> None:
    truth = np.array([0, 0, 1, 1, 1, 2])
    found = evaluate_predictions(LABELS, truth, _one_hot([0, 1, 1, 1, 2, 2], 3))
    assert found.rows == 6
    assert found.accuracy == pytest.approx(4 / 6)
    assert found.confusion == ((1, 1, 0), (0, 2, 1), (0, 0, 1))
    negative, neutral, positive = found.classes
    assert (negative.label, negative.support) == ("negative", 2)
    assert (negative.precision, negative.recall) == (1.0, 0.5)
    assert (neutral.precision, neutral.recall) == pytest.approx((2 / 3, 2 / 3))
    assert (positive.precision, positive.recall) == (0.5, 1.0)
    assert found.macro_f1 == pytest.approx((2 / 3 + 2 / 3 + 2 / 3) / 3)
    assert found.ece == pytest.approx(1 - 4 / 6)


@settings(deadline=None)
@given(_cases())
def test_figures_are_those_of_scikit_learn(case: tuple[Integers, Floats]) -> None:
    truth, probabilities = case
    predicted = probabilities.argmax(axis=1)
    found = evaluate_predictions(_names(probabilities), truth, probabilities)
    assert found.accuracy == pytest.approx(accuracy_score(truth, predicted))
    assert found.macro_f1 == pytest.approx(f1_score(truth, predicted, average="macro"))
    assert found.ece == expected_calibration_error(probabilities, truth)


@settings(deadline=None)
@given(_cases())
def test_the_interval_holds_the_point_estimate(case: tuple[Integers, Floats]) -> None:
    truth, probabilities = case
    found = evaluate_predictions(_names(probabilities), truth, probabilities)
    low, high = found.macro_f1_interval
    assert 0 <= low <= found.macro_f1 <= high <= 1


def test_a_model_without_a_mistake_is_certain() -> None:
    truth = np.array([0, 1, 2] * 20)
    found = evaluate_predictions(LABELS, truth, np.eye(3)[truth])
    assert (found.accuracy, found.macro_f1, found.macro_f1_interval) == (1, 1, (1, 1))
    assert found.ece == 0


def test_a_class_that_never_occurs_does_not_lower_macro_f1() -> None:
    truth = np.array([0, 1, 0, 1])
    found = evaluate_predictions(LABELS, truth, _one_hot([0, 1, 0, 1], 3))
    assert found.macro_f1 == 1
    assert (found.classes[2].f1, found.classes[2].support) == (0, 0)


def test_a_class_that_is_never_predicted_is_scored_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = evaluate_predictions(LABELS, np.array([0, 1, 2]), _one_hot([0, 1, 1], 3))
    assert found.macro_f1 == pytest.approx((1 + 2 / 3 + 0) / 3)


def test_the_interval_is_that_of_drawing_rows(noisy: tuple[Integers, Floats]) -> None:
    truth, probabilities = noisy
    predicted = probabilities.argmax(axis=1)
    random = np.random.default_rng(4)
    drawn = random.integers(len(truth), size=(400, len(truth)))
    scores = [f1_score(truth[rows], predicted[rows], average="macro") for rows in drawn]
    found = evaluate_predictions(LABELS, truth, probabilities).macro_f1_interval
    assert found == pytest.approx(tuple(np.quantile(scores, (0.025, 0.975))), abs=0.005)


def test_more_rows_give_a_narrower_interval(noisy: tuple[Integers, Floats]) -> None:
    truth, probabilities = noisy
    few = evaluate_predictions(LABELS, truth[:200], probabilities[:200]).macro_f1_interval
    many = evaluate_predictions(LABELS, truth, probabilities).macro_f1_interval
    assert many[1] - many[0] < (few[1] - few[0]) / 2


def test_same_seed_gives_the_same_interval(noisy: tuple[Integers, Floats]) -> None:
    first = evaluate_predictions(LABELS, *noisy, seed=5)
    assert first == evaluate_predictions(LABELS, *noisy, seed=5)
    assert first.macro_f1_interval != evaluate_predictions(LABELS, *noisy).macro_f1_interval


def test_few_resamples_still_give_an_interval_around_the_point_estimate() -> None:
    confusion = np.full((4, 4), 3)
    low, high = bootstrap_macro_f1(confusion, resamples=1)
    assert low <= float(macro_f1(confusion)) <= high
    assert low < high


def test_macro_f1_takes_many_matrices_at_once() -> None:
    perfect, swapped = np.diag([3, 1]), np.array([[0, 3], [1, 0]])
    assert macro_f1(np.stack([perfect, swapped])).tolist() == [1, 0]


def test_macro_f1_of_no_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        macro_f1(np.zeros((3, 3), dtype=np.int64))


def test_labels_and_columns_must_agree_in_number() -> None:
    with pytest.raises(ValueError, match="3 labels for 2 columns"):
        evaluate_predictions(LABELS, np.array([0]), np.array([[0.5, 0.5]]))


def test_json_keeps_four_digits_and_every_field(noisy: tuple[Integers, Floats]) -> None:
    found = evaluate_predictions(LABELS, *noisy)
    read = json.loads(json.dumps(found.to_dict()))
    assert read["accuracy"] == round(found.accuracy, 4)
    assert read["macro_f1_interval"] == [round(bound, 4) for bound in found.macro_f1_interval]
    assert read["classes"][1]["label"] == "neutral"
    assert read["classes"][1]["f1"] == round(found.classes[1].f1, 4)
    assert read["confusion"] == [list(row) for row in found.confusion]
    assert read["rows"] == 2000


def test_agreement_levels_are_nested_like_the_published_files() -> None:
    groups = agreement_groups([50, 66, 75, 100, None, 100])
    assert {name: rows.tolist() for name, rows in groups.items()} == {
        ">= 50 %": [True, True, True, True, False, True],
        ">= 66 %": [False, True, True, True, False, True],
        ">= 75 %": [False, False, True, True, False, True],
        "100 %": [False, False, False, True, False, True],
    }


def test_an_agreement_level_without_rows_is_left_out() -> None:
    assert list(agreement_groups([50, 66])) == [">= 50 %", ">= 66 %"]
    assert agreement_groups([None]) == {}


def test_each_group_is_judged_on_its_own_rows(noisy: tuple[Integers, Floats]) -> None:
    truth, probabilities = noisy
    first = np.arange(len(truth)) < 500
    found = by_group(LABELS, truth, probabilities, {"first": first, "all": first | ~first})
    assert found["first"] == evaluate_predictions(LABELS, truth[:500], probabilities[:500])
    assert found["all"] == evaluate_predictions(LABELS, truth, probabilities)
