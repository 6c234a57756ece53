"""Numbers in texts, changed and swapped: "from 16.6 to 11.2" becomes "from 11.2 to 16.6"."""

import re
from itertools import combinations

from train.chance import draw
from train.names import opens_sentence

_CURRENCIES = {
    "€": "€|eur|euros?",
    "$": r"(?:us)?\$|usd|dollars?|dlrs",
    "£": "£|gbp|pounds?",
    "Rs": r"₹|rs\.?|inr|rupees?",
    "kr": "sek|nok|dkk|crowns?|kronor",
    "other": "¥|yen|chf",
}
_CURRENCY = "|".join(f"(?:{spellings})" for spellings in _CURRENCIES.values())
_SCALE = "mn|mln|bn|tn|[mkb]|cr|crore|lakh|thousand|million|billion|trillion"
_MONTHS = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
# Figures with or without a unit, but no part of a word, code, time, date or range ("Q3", "52-week",
# "10.58 am", "12.5.2008", "30 September", "10-15"). A blank before the point is Financial
# PhraseBank's ("EUR13 .6 m").
_NUMBER = re.compile(
    r"(?:(?<![\w.,:/#@-])|(?<=\beur)|(?<=\busd)|(?<=\bsek)|(?<=\brs))"
    r"[0-9]+(?:\ ?,[0-9]+)*(?:\ ?\.[0-9]+)?"
    rf"(?=(?:{_SCALE}|p|pct|pc)?(?![\w:/]|[.,-]\w|\s?[ap]\.?m\b|\s{_MONTHS}\b))",
    re.IGNORECASE,
)
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_PER_CENT = re.compile(r"\s?(?:%|pc|pct|per\s?cent)", re.IGNORECASE)
_BEFORE = re.compile(rf"(?<![^\W\d_])({_CURRENCY})\s?$", re.IGNORECASE)
_AFTER = re.compile(rf"\s?({_SCALE})?(?:\s?({_CURRENCY}))?(?!\w)", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"(?<![\w.])[^\W\d_][\w&]*\s$")
_MONTH = re.compile(rf"{_MONTHS}\s", re.IGNORECASE)
_NEAR = 20  # characters before a number, among which its currency is, or the name it belongs to


def change_numbers(text: str, seed: int) -> str:
    """Give each number other digits and leave its length; years, dates and names stay."""
    pieces: list[str] = []
    copied = 0
    for number in _numbers(text):
        pieces += [text[copied : number.start()], _other_digits(text, number, seed)]
        copied = number.end()
    return "".join((*pieces, text[copied:]))


def swap_numbers(text: str) -> str:
    """Let the first two different numbers of one kind change places; years, dates and names stay.

    The kinds are percentages, money by its currency, and all others. Without such a pair the text
    is returned unchanged.
    """
    kinds = [(number, _kind(text, number)) for number in _numbers(text)]
    for (first, kind), (second, other_kind) in combinations(kinds, 2):
        if kind == other_kind and first[0] != second[0]:
            between = text[first.end() : second.start()]
            return text[: first.start()] + second[0] + between + first[0] + text[second.end() :]
    return text


def _numbers(text: str) -> list[re.Match[str]]:
    return [
        number
        for number in _NUMBER.finditer(text)
        if not _YEAR.fullmatch(number[0]) and not _belongs_to_name(text, number)
    ]


def _other_digits(text: str, number: re.Match[str], seed: int) -> str:
    digits = []
    for position, character in enumerate(number[0]):
        if not character.isdigit() or (position == 0 and character == "0"):
            digits.append(character)  # "0.5" stays below one
        else:
            lowest = 1 if position == 0 else 0
            drawn = draw(seed, text, "digit", number.start() + position)
            digits.append(str(lowest + drawn % (10 - lowest)))
    return "".join(digits)


def _kind(text: str, number: re.Match[str]) -> str:
    if _PER_CENT.match(text, number.end()):
        return "per cent"
    before = _BEFORE.search(text, max(0, number.start() - _NEAR), number.start())
    after = _AFTER.match(text, number.end())
    currency = before[1] if before else after[2] if after else None
    if currency:
        return next(
            name
            for name, spellings in _CURRENCIES.items()
            if re.fullmatch(spellings, currency, re.IGNORECASE)
        )
    return "money" if after and after[1] else "number"


def _belongs_to_name(text: str, number: re.Match[str]) -> bool:
    """Whether it is as in "S&P 500" or "February 7"."""
    word = _WORD_BEFORE.search(text, max(0, number.start() - _NEAR), number.start())
    if word is None or not word[0][0].isupper() or _kind(text, number) != "number":
        return False
    return _MONTH.fullmatch(word[0]) is not None or not opens_sentence(text, word.start())
