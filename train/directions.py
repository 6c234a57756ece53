"""English words of direction turned round: "profit rose" becomes "profit fell"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal, TypeAlias

from train.names import is_titled, opens_sentence

Section: TypeAlias = Literal["moving", "standing"]
SECTIONS: tuple[Section, ...] = ("moving", "standing")

_FORMS: Mapping[int, Sequence[str]] = {
    1: ("any",),
    2: ("noun", "nouns"),
    5: ("base", "third", "past", "participle", "gerund"),
}
_WORD = re.compile(r"(?<![\w$@#/.&'\u2019-])[A-Za-z]+(?:-[A-Za-z]+)*(?![\w@&/-]|['\u2019]\w)")
_ADVERB = re.compile(r"\w+ly\s+$")
_ARTICLE = re.compile(r"(?<!\S)[Aa]n?(?=\s$)")
_JOINED = re.compile(r"\s*(?:and|or|nor|&|/|\()\s*")
_NEAR = 40  # characters before a word, among which those are that decide on its form
_AMOUNT = r"[$€£\d][\d.,]*\w*|(?:rs|inr|eur|usd|gbp|sek|nok|dkk)"
_NAME_FOLLOWS = re.compile(r"\s[A-Z][a-z]")
# The words before a form that looks like another one of its verb: "to cut", "was cut", "a cut".
_BEFORE_FORM = {
    "base": "to will would can could may might must should shall n't not do does did didn't",
    "participle": "has have had been be being is are was were get gets got",
    "noun": "a an the this that its their no another further cost dividend guidance interest job"
    " output pay price production rate salary spending target tax wage",
}
_FORM_AFTER = {word: form for form, words in _BEFORE_FORM.items() for word in words.split()}


@dataclass(slots=True)
class _Direction:
    section: Section
    rises: bool
    opposites: dict[str, str] = field(default_factory=dict)  # by form

    def opposite(self, before: str) -> str:
        """The opposite after the text `before`, in the form that the place asks for."""
        if len(self.opposites) > 1:
            words = _ADVERB.sub("", before[-_NEAR:]).split()
            form = _FORM_AFTER.get(words[-1].lower() if words else "", "past")
            if form in self.opposites:
                return self.opposites[form]
        return next(iter(self.opposites.values()))


@dataclass(frozen=True, slots=True)
class _Lexicon:
    directions: Mapping[str, _Direction]
    idioms: re.Pattern[str]


def turn_round(text: str, sections: Sequence[Section] = SECTIONS) -> str:
    """Put the opposite of each word of direction into `text`; without one, return it unchanged.

    Words keep their form and capitals, "a" and "an" follow them. Left alone are idioms, opposites
    that are joined ("profit and loss"), and names ("Best Buy").

    Args:
        text: English.
        sections: "moving" for words such as rise, up and growth, "standing" for those such as
            profit, strong and beat; the lists are in train/directions.txt.
    """
    lexicon = _lexicon()
    pieces: list[str] = []
    copied = 0
    for word in _words_of_direction(text, lexicon):
        direction = lexicon.directions[word[0].lower()]
        if direction.section in sections:
            opposite = direction.opposite(text[: word.start()])
            before = _with_article(text[copied : word.start()], word[0], opposite)
            pieces += [before, _with_capitals_of(word[0], opposite)]
            copied = word.end()
    return "".join((*pieces, text[copied:]))


def _words_of_direction(text: str, lexicon: _Lexicon) -> list[re.Match[str]]:
    directions = lexicon.directions
    found = [word for word in _WORD.finditer(text) if word[0].lower() in directions]
    if not found:
        return []
    left_alone = {
        position for idiom in lexicon.idioms.finditer(text) for position in range(*idiom.span())
    }
    for first, second in pairwise(found):
        opposed = directions[first[0].lower()].rises != directions[second[0].lower()].rises
        if opposed and _JOINED.fullmatch(text, first.end(), second.start()):
            left_alone |= {first.start(), second.start()}
    titled = is_titled(text)
    return [
        word
        for word in found
        if word.start() not in left_alone and (titled or not _is_of_a_name(text, word))
    ]


def _is_of_a_name(text: str, word: re.Match[str]) -> bool:
    if not word[0][0].isupper():
        return False
    follows = _NAME_FOLLOWS.match(text, word.end()) is not None
    return follows or not opens_sentence(text, word.start())


def _with_article(before: str, word: str, opposite: str) -> str:
    """`before` with the article at its end, if any, as `opposite` needs it after `word`."""
    article = _ARTICLE.search(before, max(0, len(before) - len("an ")))
    if article is None or _begins_with_vowel(word) == _begins_with_vowel(opposite):
        return before
    if (article[0].lower() == "an") != _begins_with_vowel(word):
        return before  # no article, but the name of a share class or a grade
    changed = article[0][0] + "n" * _begins_with_vowel(opposite)
    return before[: article.start()] + changed + before[article.end() :]


def _begins_with_vowel(word: str) -> bool:
    return word[0].lower() in "aeiou"


def _with_capitals_of(word: str, opposite: str) -> str:
    if word.isupper():
        return opposite.upper()
    return opposite.capitalize() if word[0].isupper() else opposite


@cache
def _lexicon() -> _Lexicon:
    """The list beside this module, `directions.txt`, which says how it is to be read."""
    listed = files("train").joinpath("directions.txt").read_text(encoding="utf-8")
    sections: dict[str, list[str]] = {}
    for line in listed.splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("# "):
            lines.append(line)
    directions: dict[str, _Direction] = {}
    for section in SECTIONS:
        for line in sections[section]:
            _add(directions, section, line)
    idioms = "|".join(map(_pattern, sections["idioms"]))
    return _Lexicon(directions, re.compile(rf"\b(?:{idioms})(?!\w)", re.IGNORECASE))


def _add(directions: dict[str, _Direction], section: Section, line: str) -> None:
    sign = next(sign for sign in "|<>" if sign in line)
    rising, falling = (side.split() for side in line.split(sign))
    for form, up, down in zip(_FORMS[len(rising)], rising, falling, strict=True):
        for word, opposite, rises in ((up, down, True), (down, up, False)):
            if word != "-" != opposite and sign != ("<" if rises else ">"):
                direction = directions.setdefault(word, _Direction(section, rises))
                direction.opposites.setdefault(form, opposite)


def _pattern(idiom: str) -> str:
    """A regular expression for a line such as "fall/falls apart/short"."""
    places = []
    for place in idiom.split():
        words = re.escape(place).replace("/", "|").replace(r"\*", r"\w*")
        places.append(f"(?:{words})".replace(r"\#", _AMOUNT))
    return r"\s".join(places)
