"""When requests arrive."""

import numpy as np
import pytest

from bench.capacity_arrivals import SHAPES, arrivals
from bench.capacity_setting import CapacityError


def drawn(shape: str, rate: float = 500, seconds: float = 30, seed: int = 1) -> np.ndarray:
    return arrivals(shape, rate, seconds, np.random.default_rng(seed))


@pytest.mark.parametrize("shape", SHAPES)
def test_times_ascend_within_the_seconds_and_a_seed_repeats_them(shape: str):
    times = drawn(shape)
    assert times[0] >= 0
    assert times[-1] <= 30
    assert (np.diff(times) >= 0).all()
    assert (times == drawn(shape)).all()


@pytest.mark.parametrize(
    ("shape", "share"),
    [("constant", 1), ("poisson", 1), ("ramp", 5 / 6), ("spike", 0.4), ("diurnal", 0.625)],
)
def test_as_many_arrive_as_the_shape_says(shape: str, share: float):
    expected = 500 * 30 * share
    assert abs(len(drawn(shape)) - expected) < 4 * np.sqrt(expected)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_second_gets_more_than_the_highest_rate_but_by_chance(shape: str):
    counts, _ = np.histogram(drawn(shape), 30, (0, 30))
    assert counts.max() < 500 + 5 * np.sqrt(500)


def test_poisson_gaps_vary_as_much_as_they_are_long():
    gaps = np.diff(drawn("poisson"))
    assert gaps.std() / gaps.mean() == pytest.approx(1, abs=0.05)
    assert np.diff(drawn("constant")).std() < 1e-9


def test_a_spike_is_in_the_middle_third():
    inside, outside = (np.histogram(drawn("spike"), 3, (0, 30))[0][i] for i in (1, 0))
    assert inside == pytest.approx(10 * outside, rel=0.2)


def test_no_request_at_all_is_one_sentence():
    with pytest.raises(CapacityError, match=r"^no request arrives .* take more --seconds\.$"):
        drawn("constant", rate=0.01, seconds=1)
