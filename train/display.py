"""Labels as people see them: any script, any length, nothing in them that acts on a terminal."""

import unicodedata

LONGEST_LABEL = 24
# Control characters move a terminal's cursor, the separators break a line, and XML (SVG) forbids
# controls, lone surrogates and these two noncharacters: https://www.w3.org/TR/xml/#charsets
UNFIT_CATEGORIES = ("Cc", "Cs", "Zl", "Zp")
UNFIT_CHARACTERS = "\ufffe\uffff"


def printable(label: str) -> str:
    """Make a label fit to be shown: one line, nothing unfit, at most `LONGEST_LABEL` long."""
    clean = "".join(
        " " if unicodedata.category(c) in UNFIT_CATEGORIES or c in UNFIT_CHARACTERS else c
        for c in label
    )
    return clean if len(clean) <= LONGEST_LABEL else clean[: LONGEST_LABEL - 1] + "…"


def width(text: str) -> int:
    """Count the terminal columns of a text: wide East Asian characters take two, marks none.

    Source: Unicode Standard Annex #11, "East Asian Width".
    """
    return sum(
        0
        if unicodedata.category(c) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )


def table(rows: list[tuple[str, ...]], indent: str = "  ") -> str:
    """Lay out rows as lines of aligned columns, the first to the left, the others to the right.

    Args:
        rows: the header first, then the cells; all of one length.
        indent: what each line starts with.
    """
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        gaps = [" " * (most - width(cell)) for cell, most in zip(row, widths, strict=True)]
        cells = [
            row[0] + gaps[0],
            *(gap + cell for gap, cell in zip(gaps[1:], row[1:], strict=True)),
        ]
        lines.append(f"{indent}{'  '.join(cells)}".rstrip())
    return "\n".join(lines)
