"""When requests arrive: constant, Poisson, or a Poisson process whose rate changes with time."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from bench.capacity_setting import CapacityError

Floats = NDArray[np.float64]

_STEPS = 1000  # pieces in which a changing rate is taken as linear
_BASE = 0.1  # share of the highest rate outside a spike
_NIGHT = 0.25  # share of the highest rate at the quietest hour

# The share of the highest rate at each point of the time, which runs from 0 to 1.
_SHARES: Mapping[str, Callable[[Floats], Floats]] = {
    "poisson": np.ones_like,
    "ramp": lambda x: np.minimum(1.0, 3 * x),
    "spike": lambda x: np.where((x >= 1 / 3) & (x < 2 / 3), 1.0, _BASE),
    "diurnal": lambda x: _NIGHT + (1 - _NIGHT) * (1 - np.cos(2 * np.pi * x)) / 2,
}
SHAPES = ("constant", *_SHARES)
"""constant: evenly spaced. poisson: independent of each other. ramp: from nothing, over the first
third. spike: ten times as many in the middle third. diurnal: one day, pressed into the time."""


def arrivals(shape: str, rate: float, seconds: float, random: np.random.Generator) -> Floats:
    """Return the times (s, ascending) of requests.

    Args:
        shape: one of `SHAPES`.
        rate: the highest, in requests a second.
        seconds: for how long.
        random: draws all but the constant ones.

    Raises:
        CapacityError: there would be no request.
    """
    if shape == "constant":
        times = np.arange(round(rate * seconds)) / rate
    else:
        grid = np.linspace(0, 1, _STEPS + 1)
        shares = _SHARES[shape](grid)
        # Given their number, the times of a Poisson process are independent draws from the
        # normalised rate: Lewis & Shedler 1979; here by inverting its integral.
        passed = np.concatenate(([0.0], np.cumsum((shares[1:] + shares[:-1]) / 2) / _STEPS))
        count = random.poisson(rate * seconds * passed[-1])
        times = seconds * np.interp(np.sort(random.random(count)) * passed[-1], passed, grid)
    if not len(times):
        raise CapacityError(
            f"no request arrives in {seconds:g} s at {rate:g} a second: take more --seconds."
        )
    return times
