"""How figures are written in the cells of tables."""

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from bench.model_figures import Figures, GroupFigures, Spread
from bench.model_recipes import SOURCES

Cells: TypeAlias = list[tuple[str, ...]]
"""A header and rows, all of one length."""

NONE = "-"

# What GitHub's Markdown would take for markup inside of a cell, mathematics among it.
_MARKUP = re.compile(r"([\\`*_~|<\[\]$@])")


def headed(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Cells:
    """Return a table, or nothing where there are no rows."""
    return [header, *rows] if rows else []


def by_group(
    contenders: Sequence[Figures],
    wanted: Callable[[GroupFigures], bool],
    cell: Callable[[GroupFigures], str],
) -> Cells:
    """Return a table with contenders as rows and the groups that are wanted as columns."""
    groups = [group for group in contenders[0].groups if wanted(group)] if contenders else []
    if not groups:
        return []
    rows: Cells = []
    for each in contenders:
        found = [each.group(group.source, group.level) for group in groups]
        rows.append((each.title, *(cell(group) if group else NONE for group in found)))
    return headed(("", *map(group_name, groups)), rows)


def escaped(text: str) -> str:
    """Return a text of one line as Markdown shows it literally, in a table too."""
    return _MARKUP.sub(r"\\\1", text)


def source_name(source: str) -> str:
    """Write a corpus's name as short as people do."""
    return SOURCES.get(source, source)


def group_name(group: GroupFigures) -> str:
    """Write which texts of which source these are."""
    name = source_name(group.source)
    return f"{name}, {group.level}" if group.level else name


def mean(spread: Spread) -> str:
    """Write a mean and its deviation."""
    return f"{spread.mean:.3f} ± {spread.sd:.3f}"


def scores(group: GroupFigures) -> str:
    """Write accuracy and macro-F1."""
    return f"{mean(group.accuracy)} / {mean(group.macro_f1)}"


def calibration_errors(group: GroupFigures) -> str:
    """Write the calibration error before and after the temperature."""
    before = NONE if group.ece_before is None else f"{group.ece_before:.3f}"
    return f"{before} → {group.ece:.3f}"


def change(figures: Figures, student: GroupFigures) -> str:
    """Write by how many points macro-F1 differs from the student's, fold by fold."""
    found = figures.group(student.source)
    if found is None:
        return NONE
    pairs = zip(found.macro_f1.folds, student.macro_f1.folds, strict=True)
    points = Spread.of([100 * (here - there) for here, there in pairs])
    return f"{points.mean:+.1f} ± {points.sd:.1f}"
