"""A colour for each label: the customary one, or one that is far from all the others.

A colour is a hue and a chroma of OKLCH; the style sheet adds a lightness for light and for dark
pages, so that each of them stands out from the page. https://www.w3.org/TR/css-color-4/#ok-lab
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CUSTOMARY = {"negative": 27, "bearish": 27, "positive": 152, "bullish": 152}
_GREY = {"neutral"}
_CHROMA, _GREY_CHROMA = 0.14, 0.02
_GREY_HUE = 260
_FIRST_HUE = 255

# Hues closer than this are told apart by nobody: the next labels get another lightness as well.
_CLOSEST = 20
_STEP = 5


@dataclass(frozen=True, slots=True)
class Colour:
    """How a label is painted.

    Attributes:
        hue: in degrees.
        chroma: 0 is grey.
        deep: whether its lightness is the second one, as too many labels share the first.
    """

    hue: int
    chroma: float = _CHROMA
    deep: bool = False


def colours_of(labels: Sequence[str]) -> list[Colour]:
    """Choose the colours of C labels: the same for the same labels, whatever their number."""
    names = [label.strip().lower() for label in labels]
    taken = [_CUSTOMARY[name] for name in names if name in _CUSTOMARY]
    deep, colours = False, []
    for name in names:
        if name in _GREY:
            colours.append(Colour(_GREY_HUE, _GREY_CHROMA))
        elif name in _CUSTOMARY:
            colours.append(Colour(_CUSTOMARY[name]))
        else:
            hue = _farthest(taken)
            if _distance(hue, taken) < _CLOSEST:
                taken, deep = [], not deep
                hue = _farthest(taken)
            taken.append(hue)
            colours.append(Colour(hue, deep=deep))
    return colours


def _farthest(taken: Sequence[int]) -> int:
    """Return the hue that is farthest from all others; the first one is as good as any."""
    hues = ((_FIRST_HUE + turn) % 360 for turn in range(0, 360, _STEP))
    return max(hues, key=lambda hue: _distance(hue, taken))


def _distance(hue: int, others: Iterable[int]) -> int:
    """Return the degrees between a hue and the nearest of the others, the short way round."""
    return min((180 - abs(180 - abs(hue - other)) for other in others), default=180)
