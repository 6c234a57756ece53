r"""What a token is: one definition that Python and RE2 read the same way.

``\w``, ``\p{L}`` and ``str.lower`` follow the Unicode version that their engine was built with, so
Python, onnxruntime's RE2 and the next release of either would cut a text differently. The patterns
here spell their character classes out as ranges: they mean the same in every engine.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache

NUMBER = "0"
"""The token that stands for every number."""

_SYMBOLS = "%$€£+!?&-"
_NOT_BY_ITSELF = str.maketrans(
    {
        "\N{GREEK CAPITAL LETTER SIGMA}": "\N{GREEK SMALL LETTER SIGMA}",
        "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}": "i",
    }
)


@cache
def token_pattern() -> str:
    """Return the regular expression of one token in lower case, for :mod:`re` and RE2 alike.

    A token is a word (letters with the marks that combine with them), a number, or a symbol that
    carries meaning in financial text.
    """
    word = _character_class(lambda category: category[0] in "LM")
    return rf"[{word}]+|{number_pattern()}|[{re.escape(_SYMBOLS)}]"


@cache
def number_pattern() -> str:
    """Return the regular expression of a number: digits of any script, ``.`` or ``,`` between."""
    digit = _character_class(lambda category: category == "Nd")
    return rf"[{digit}]+(?:[.,][{digit}]+)*"


def lower_case(text: str) -> str:
    """Return ``text`` with each character in lower case by itself, as C's ``towlower`` does.

    ``str.lower`` differs in two places only: it looks at the neighbours of a capital sigma, and it
    makes two characters of İ (Unicode Character Database, SpecialCasing.txt).
    """
    return text.translate(_NOT_BY_ITSELF).lower()


def _character_class(wanted: Callable[[str], bool]) -> str:
    """Return the inside of a character class with every character of the wanted categories.

    Code points that this Python's Unicode version leaves unassigned join the range around them.
    That keeps the class short, and a letter that a later version adds falls on the same side of a
    token's edge as the letters beside it, whether or not the C library can lower its case yet.
    """
    ranges: list[list[int]] = []
    inside = False
    for code_point in range(0x110000):
        category = unicodedata.category(chr(code_point))
        if wanted(category):
            if inside:
                ranges[-1][1] = code_point
            else:
                ranges.append([code_point, code_point])
            inside = True
        elif category != "Cn":
            inside = False
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)
