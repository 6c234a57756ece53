"""Names of companies, people and places in English text, told by their capitals."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Words with a capital that belong to no name.
_NO_NAMES = (
    "a|an|and|as|at|but|by|for|from|has|he|her|his|if|in|is|it|its|new|no|not|of|on|or|our|she|so"
    "|that|the|their|these|they|this|those|to|was|we|were|when|while|why|with|you"
    "|january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    "|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    "|eur|usd|gbp|sek|nok|dkk|chf|inr|rs|euros?|mr|mrs|ms|dr"
    "|ceo|cfo|coo|cto|md|ebit|ebitda|eps|gdp|ifrs|ipo|pt|agm|us|uk|eu"
)
_STARTS = r"(?<![\w$@#/.&'\u2019-])"
# "&", hyphens and apostrophes are parts of a word, a genitive's "'s" is none.
_REST = r"(?:[^\W\d_]|[&-](?=\w)|['\u2019](?=[^\W\d_])(?![sS]\b))"
_CAPITAL = rf"(?!(?i:{_NO_NAMES})(?!\w))[A-ZÀ-ÖØ-Þ]{_REST}+(?!\w)"
_NAME = re.compile(rf"{_STARTS}{_CAPITAL}(?: (?:of |& )?{_CAPITAL}){{0,3}}")
_LONG_WORD = re.compile(rf"{_STARTS}[^\W\d_]{_REST}{{3,}}")  # shorter ones stay small in a title
_TITLED = 0.75  # share of the long words of a title that have a capital
_QUOTES_AND_DASHES = "\u2018\u201c\u201d\u201e\u00ab\u00bb\u2013\u2014"
_SENTENCE_ENDS = (*'.!?:;|(["`*-', *_QUOTES_AND_DASHES, "''")


@dataclass(frozen=True, slots=True)
class Name:
    """A run of words with capitals: `text`, from `start` to `end`.

    `sure` is false for one word at the start of a sentence, where any word has a capital.
    """

    text: str
    start: int
    end: int
    sure: bool


def is_titled(text: str) -> bool:
    """Whether Most Words Have Capitals, or ALL OF THEM, so that a capital tells nothing."""
    capitals = [word[0][0].isupper() for word in _LONG_WORD.finditer(text)]
    return len(capitals) > 2 and sum(capitals) >= _TITLED * len(capitals)


def opens_sentence(text: str, position: int) -> bool:
    """Whether the word at `position` is the first of a sentence, quotation or clause."""
    before = text[:position].rstrip()
    return not before or before.endswith(_SENTENCE_ENDS)


def find_names(text: str) -> Iterator[Name]:
    """Find the names in `text`, from left to right; none if it is titled."""
    if is_titled(text):
        return
    for name in _NAME.finditer(text):
        sure = " " in name[0] or not opens_sentence(text, name.start())
        yield Name(name[0], name.start(), name.end(), sure)
