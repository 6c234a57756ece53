"""Repair of the encoding damage in Financial PhraseBank.

Its UTF-8 was read as CP850, and what latin-1 lacks was then replaced by what looked like it, the
box-drawing characters above all: "ä" (C3 A4) became "├ñ", then "+ñ". Some characters had been
through CP1252 once before, so that "€" is found as "+ó  x201a -¼". Both tables below are computed
from these codecs, not listed. Copies that were damaged once, by CP1252 ("Ã¤"), are repaired too.
"""

import re

# What Windows' best-fit tables make of CP850's lead bytes C2 and C3 on the way to latin-1:
# https://www.unicode.org/Public/MAPPINGS/VENDORS/MICSFT/WindowsBestFit/
_BEST_FIT = str.maketrans({"┬": "-", "├": "+"})
_LATIN_1_SUPPLEMENT = tuple(map(chr, range(0xA0, 0x100)))
_CP1252_PUNCTUATION = tuple(bytes(range(0x80, 0xA0)).decode("cp1252", errors="ignore"))
_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
_ACUTE_ACCENT = "\N{ACUTE ACCENT}"  # stands for an apostrophe in a few rows
_LOST = "\N{REPLACEMENT CHARACTER}"


def _garbled(character: str) -> str:
    """`character` as the files have it after one round of CP850."""
    return character.encode().decode("cp850").translate(_BEST_FIT)


def _fits_latin_1(text: str) -> bool:
    return all(ord(character) < 0x100 for character in text)


def _once() -> dict[str, str]:
    """Damaged form to character, for one round of CP850 or of CP1252.

    Characters whose trail byte is a box-drawing character in CP850 are left out: best fit makes
    one "¦" of seven letters. The acute accent and "ü", which their surroundings tell, are in
    `_PATTERN`.
    """
    table = {form: c for c in _LATIN_1_SUPPLEMENT if _fits_latin_1(form := _garbled(c))}
    for character in _LATIN_1_SUPPLEMENT + _CP1252_PUNCTUATION:
        form = character.encode().decode("cp1252", errors="ignore")
        if len(form) == len(character.encode()):  # CP1252 leaves five bytes undefined
            table[form] = character
    return table


_ONCE = _once()
_A_CIRCUMFLEX, _NOT_SIGN = _garbled("â"), _garbled("¬")  # first and last of "€" read as CP1252
_PATTERN = re.compile(
    "|".join(
        (
            rf"(?P<euro>{re.escape(_A_CIRCUMFLEX)}\s*x201a\s*{re.escape(_NOT_SIGN)}"
            r"|(?<!\w)x20ac(?!\w))",
            # The apostrophe is "â€™" in CP1252; in some rows the last two of these are lost.
            rf"(?P<apostrophe>{re.escape(_A_CIRCUMFLEX)}(?:\s?EUR\s?TM|(?=\ss\s)))",
            # A lead character whose partner is gone: which character it was cannot be known.
            rf"(?P<lost>(?:{'|'.join(re.escape(_garbled(c)) for c in 'ÂÃâ')})(?!\S))",
            r"(?P<acute>-¦(?=\ss\s))",
            r"(?P<u_umlaut>(?<=[^\W\d_])\+\+(?=[a-z]))",
            rf"(?P<once>{'|'.join(map(re.escape, sorted(_ONCE, key=len, reverse=True)))})",
        )
    )
)
_REPAIRED = {
    "euro": "€",
    "apostrophe": _APOSTROPHE,
    "lost": _LOST,
    "acute": _ACUTE_ACCENT,
    "u_umlaut": "ü",
}


def _replacement(match: re.Match[str]) -> str:
    kind = match.lastgroup or "once"
    return _ONCE[match[0]] if kind == "once" else _REPAIRED[kind]


def repair(text: str) -> str:
    """Give `text` its characters back; a text without damage is returned unchanged.

    What cannot be known any more becomes U+FFFD. Repairing twice changes nothing: each round
    makes the text shorter, and rounds go on until one finds nothing.
    """
    while (repaired := _PATTERN.sub(_replacement, text)) != text:
        text = repaired
    return text


def spellings(text: str) -> frozenset[str]:
    """`text`, and the forms in which its "€" and apostrophes stand in a damaged file.

    There the damage left letters and digits in their place, so that a hold-out key differs between
    the repaired text and its original (train/holdout.py). Within a sentence all have one form,
    hence four spellings at most.
    """
    euro = {text, text.replace("€", " x201a ")}
    return frozenset(euro | {form.replace(_APOSTROPHE, "EUR TM") for form in euro})
