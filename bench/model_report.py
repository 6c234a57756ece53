"""The evidence for people: as tables for a terminal, as the page docs/model.md, and as JSON."""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from bench.model_cells import Cells, escaped
from bench.model_evidence import Evidence
from bench.model_tables import TABLES
from train.display import table
from train.metrics import DIGITS

PAGE, JSON = "model.md", "model.json"
CURVE, PARETO = "model-curve.svg", "model-pareto.svg"

_TEMPLATE = Path(__file__).with_name("model_page.md")
_NUMBERS = re.compile(rb"\[[-\d.,\s]+\]")  # they would take a line each
_SLOT = re.compile(r"^\[\[(\w+)\]\]$", re.M)
_BOLD = ("missed", "knee")
_TITLES: Mapping[str, str] = {
    "goals": "Goals",
    "contenders": "Accuracy / macro-F1: mean ± standard deviation of the folds",
    "agreement": "The same by agreement of the annotators",
    "classes": "F1 of each class",
    "calibration": "Expected calibration error: before → after one temperature",
    "curve": "Macro-F1 by the amount of unlabelled text",
    "ablations": "Macro-F1 against the student's, in points",
    "left_out": "Macro-F1 without a source, from labels alone",
    "pareto": "Macro-F1 and microseconds",
    "behaviour": "Behavioural tests passed",
    "causes": "Causes of the surest errors",
    "experiments": "Experiments",
}
_IMAGES = {
    "curve": f"![Macro-F1 over the amount of unlabelled text]({CURVE})",
    "pareto": f"![Macro-F1 against the microseconds of a headline]({PARETO})",
}
_MISSING = '_Not measured yet: `make bench-model ARGS="--only {} --write docs"`._'
_BY = {  # the experiments that a table is made of, where they are not called as it is
    "goals": "student",
    "left_out": "left-out",
    "agreement": "contenders",
    "classes": "contenders",
    "calibration": "contenders",
    "causes": "student",
    "mistakes": "student",
    "experiments": "contenders",
}


def to_json(evidence: Evidence) -> bytes:
    """Return all figures as indented JSON; of the corpora's texts there are excerpts only."""
    document = msgspec.to_builtins(evidence)
    document["mistakes"] = [mistake.to_dict() for mistake in evidence.mistakes]
    indented = msgspec.json.format(msgspec.json.encode(_rounded(document)), indent=2)
    return _NUMBERS.sub(lambda found: b" ".join(found[0].split()), indented) + b"\n"


def render(evidence: Evidence) -> str:
    """Lay the evidence out for a terminal, the surest errors with their whole texts."""
    parts = [
        f"{title}\n{table(cells)}"
        for name, title in _TITLES.items()
        if (cells := TABLES[name](evidence))
    ]
    if evidence.mistakes:
        lines = [
            f"  {each.key}  {each.truth} taken for {each.said}, {each.probability:.2f}"
            f" ({each.source}): {each.cause}\n    {each.text}"
            for each in evidence.mistakes
        ]
        parts.append("\n".join(["The surest errors", *lines]))
    return "\n\n".join(parts) + "\n"


def to_markdown(evidence: Evidence) -> str:
    """Write the page: the prose of bench/model_page.md around the tables."""
    return _SLOT.sub(lambda slot: _fill(slot[1], evidence), _TEMPLATE.read_text(encoding="utf-8"))


def _rounded(value: object) -> object:
    """Round all numbers within, as `train.metrics` does."""
    match value:
        case float():
            return round(value, DIGITS)
        case dict():
            return {name: _rounded(each) for name, each in value.items()}
        case list() | tuple():
            return [_rounded(each) for each in value]
    return value


def _fill(name: str, evidence: Evidence) -> str:
    if name == "machine":
        return _machine(evidence)
    if cells := TABLES[name](evidence):
        image = _IMAGES.get(name)
        return f"{image}\n\n{_markdown(cells)}" if image else _markdown(cells)
    return _MISSING.format(_BY.get(name, name))


def _machine(evidence: Evidence) -> str:
    machine, facts = evidence.machine, evidence.facts
    packages = ", ".join(f"{name} {version}" for name, version in machine.packages.items())
    return (
        f"{evidence.date}: {machine.processor}, {machine.cores} cores; {machine.system}; Python"
        f" {machine.python}; {packages}; {facts.folds} folds, seed {facts.seed}, at"
        f" most {facts.epochs[True]} epochs with a teacher, {facts.epochs[False]} without."
    )


def _markdown(cells: Cells) -> str:
    header, *body = [tuple(map(_cell, row)) for row in cells]
    rule = f"|{'---|' * len(header)}"
    return "\n".join([_row(header), rule, *map(_row, body)])


def _cell(text: str) -> str:
    return f"**{text}**" if text in _BOLD else escaped(text)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
