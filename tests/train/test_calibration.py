import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import softmax

from train.calibration import (
    TEMPERATURE_BOUNDS,
    Floats,
    Integers,
    expected_calibration_error,
    fit_temperature,
    negative_log_likelihood,
    reliability,
)


def _drawn_from(logits: Floats, seed: int) -> Integers:
    """Draw labels from softmax(logits), so that T = 1 is right for these logits."""
    chances = softmax(logits, axis=1).cumsum(axis=1)
    uniform = np.random.default_rng(seed).random((len(logits), 1))
    drawn: Integers = np.minimum((uniform > chances).sum(axis=1), logits.shape[1] - 1)
    return drawn


@pytest.fixture
def calibrated() -> tuple[Floats, Integers]:
    logits = np.random.default_rng(1).normal(scale=1.5, size=(20_000, 3))
    return logits, _drawn_from(logits, seed=2)


@st.composite
def _cases(draw: st.DrawFn) -> tuple[Floats, Integers]:
    rows = draw(st.integers(1, 30))
    columns = draw(st.integers(2, 6))
    logits = draw(arrays(np.float32, (rows, columns), elements=st.floats(-30, 30, width=32)))
    truth = draw(arrays(np.int64, rows, elements=st.integers(0, columns - 1)))
    return logits, truth


@pytest.mark.parametrize("scale", [0.25, 1.0, 1.6, 5.0])
def test_temperature_recovers_a_known_scaling(
    calibrated: tuple[Floats, Integers], scale: float
) -> None:
    logits, truth = calibrated
    assert fit_temperature(logits * scale, truth) == pytest.approx(scale, rel=0.03)


def test_temperature_lowers_the_calibration_error_of_an_overconfident_model(
    calibrated: tuple[Floats, Integers],
) -> None:
    logits, truth = calibrated
    overconfident = logits * 2
    before = expected_calibration_error(softmax(overconfident, axis=1), truth)
    fitted = fit_temperature(overconfident, truth)
    after = expected_calibration_error(softmax(overconfident / fitted, axis=1), truth)
    assert after < 0.02 < 0.1 < before


@settings(deadline=None)
@given(_cases())
def test_no_other_temperature_is_more_likely(case: tuple[Floats, Integers]) -> None:
    logits, truth = case
    best = negative_log_likelihood(logits, truth, fit_temperature(logits, truth))
    grid = np.geomspace(*TEMPERATURE_BOUNDS, 50)
    assert best <= min(negative_log_likelihood(logits, truth, float(t)) for t in grid) + 1e-4


def test_temperature_of_a_perfectly_separated_set_stays_above_zero() -> None:
    fitted = fit_temperature(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([0, 1]))
    assert TEMPERATURE_BOUNDS[0] <= fitted < 0.2


def test_temperature_of_a_wholly_wrong_model_stays_finite() -> None:
    fitted = fit_temperature(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([1, 0]))
    assert fitted == pytest.approx(TEMPERATURE_BOUNDS[1], rel=0.01)


def test_likelihood_of_even_logits_is_that_of_a_guess() -> None:
    assert negative_log_likelihood(np.zeros((4, 3)), np.array([0, 1, 2, 0]), 2.0) == pytest.approx(
        np.log(3)
    )


def test_likelihood_takes_logits_that_would_overflow_an_exponential() -> None:
    logits = np.array([[1e4, -1e4]], dtype=np.float32)
    assert negative_log_likelihood(logits, np.array([1]), 1.0) == pytest.approx(2e4)


@settings(deadline=None)
@given(_cases(), st.data(), st.floats(0.1, 10), st.floats(0.01, 100))
def test_a_row_that_counts_n_times_is_like_n_rows(
    case: tuple[Floats, Integers], data: st.DataObject, temperature: float, scale: float
) -> None:
    """Whatever unit the weights are in."""
    logits, truth = case
    counts = np.array(
        data.draw(st.lists(st.integers(0, 4), min_size=len(truth), max_size=len(truth)))
    )
    assume(counts.any())
    repeated = negative_log_likelihood(
        logits.repeat(counts, axis=0), truth.repeat(counts), temperature
    )
    weighted = negative_log_likelihood(logits, truth, temperature, counts * scale)
    assert weighted == pytest.approx(repeated, rel=1e-6, abs=1e-9)


def test_temperature_suits_the_rows_that_count(calibrated: tuple[Floats, Integers]) -> None:
    """Of two models, one of them too sure of itself, the one whose rows weigh more decides."""
    logits, truth = calibrated
    both, twice = np.concatenate([logits, logits * 3]), np.concatenate([truth, truth])
    first = np.repeat([1.0, 0.0], len(truth))
    assert fit_temperature(both, twice, first) == pytest.approx(1, rel=0.03)
    assert fit_temperature(both, twice, 1 - first) == pytest.approx(3, rel=0.03)
    assert 1.1 < fit_temperature(both, twice, first + 0.1) < fit_temperature(both, twice) < 2.9


def test_calibration_error_of_a_small_case_by_hand() -> None:
    # Bins of 0.5: (0.5, 1] holds all four; mean confidence 0.75, accuracy 0.5.
    probabilities = np.array([[0.6, 0.4], [0.6, 0.4], [0.1, 0.9], [0.1, 0.9]])
    truth = np.array([0, 1, 1, 0])
    assert expected_calibration_error(probabilities, truth, bins=2) == pytest.approx(0.25)
    # Bins of 0.1: |1/2 - 0.6| and |1/2 - 0.9|, two rows each.
    assert expected_calibration_error(probabilities, truth, bins=10) == pytest.approx(0.25)
    assert expected_calibration_error(probabilities, np.array([0, 0, 0, 0]), bins=10) == (
        pytest.approx((0.4 + 0.9) / 2)
    )


def test_a_confidence_on_a_bin_s_edge_belongs_to_the_bin_below() -> None:
    found = reliability(np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([0, 0]), bins=2)
    assert [(b.lower, b.upper, b.rows) for b in found.bins] == [(0.0, 0.5, 1), (0.5, 1.0, 1)]


def test_a_sure_and_right_model_has_no_calibration_error() -> None:
    assert expected_calibration_error(np.eye(3), np.array([0, 1, 2])) == 0


def test_a_sure_and_wrong_model_has_the_largest_calibration_error() -> None:
    assert expected_calibration_error(np.eye(3), np.array([1, 2, 0])) == 1


@settings(deadline=None)
@given(_cases(), st.integers(1, 40))
def test_reliability_bins_hold_every_row_once(case: tuple[Floats, Integers], bins: int) -> None:
    logits, truth = case
    found = reliability(softmax(logits, axis=1), truth, bins)
    assert sum(b.rows for b in found.bins) == found.rows == len(truth)
    assert 0 <= found.ece <= 1
    for b in found.bins:
        assert b.lower - 1e-6 <= b.confidence <= b.upper + 1e-6
        assert 0 <= b.accuracy <= 1


@settings(deadline=None)
@given(_cases(), st.integers(1, 40))
def test_calibration_error_is_the_weighted_gap_of_the_bins(
    case: tuple[Floats, Integers], bins: int
) -> None:
    found = reliability(softmax(case[0], axis=1), case[1], bins)
    gaps = sum(b.rows * abs(b.accuracy - b.confidence) for b in found.bins) / found.rows
    assert found.ece == pytest.approx(gaps, abs=1e-9)


@pytest.mark.parametrize(
    ("truth", "scores", "reason"),
    [
        ([], np.zeros((0, 2)), "no rows"),
        ([0, 1], np.zeros((3, 2)), r"\[N\] and \[N, C\]"),
        ([0], np.zeros((1, 1)), "C >= 2"),
        ([2], np.zeros((1, 2)), r"outside of 0 \.\. 1"),
        ([-1], np.zeros((1, 2)), r"outside of 0 \.\. 1"),
        ([0], np.array([[np.nan, 0.0]]), "not finite"),
    ],
)
def test_scores_that_cannot_be_judged_are_refused(
    truth: list[int], scores: Floats, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        fit_temperature(scores, np.array(truth, dtype=np.int64))


@pytest.mark.parametrize("row", [[0.7, 0.7], [1.5, -0.5], [2.0, -3.0]])
def test_logits_are_not_taken_for_probabilities(row: list[float]) -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        expected_calibration_error(np.array([row]), np.array([0]))


def test_reliability_needs_a_bin() -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        reliability(np.eye(2), np.array([0, 1]), bins=0)
