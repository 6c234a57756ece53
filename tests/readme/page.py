"""Reads a page, the README above all: its commands by section, and what it shows as answers."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")

_PARTS = re.compile(
    r"^#+ (?P<title>[^\n]+)$|^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S
)
_CONTINUED = re.compile(r"\\\n *")


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between fences: its language, and the title of the section that it is in."""

    section: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """One command, on one line; `shown` is the JSON block that follows it, if one does."""

    text: str
    shown: str | None = None


def blocks(page: str = README) -> Iterator[Block]:
    """Yield the fenced blocks of a page in their order."""
    section = ""
    for part in _PARTS.finditer(page):
        if part["title"]:
            section = part["title"]
        else:
            yield Block(section, part["language"], part["text"])


def commands() -> dict[str, list[Command]]:
    """Return the commands of each section that has some."""
    found: dict[str, list[Command]] = {}
    for block in blocks():
        section = found.setdefault(block.section, [])
        if block.language == "sh":
            section += [Command(line) for line in _CONTINUED.sub("", block.text).splitlines()]
        elif block.language == "json":
            section.append(Command(section.pop().text, block.text))
    return {title: section for title, section in found.items() if section}


def commands_of(section: str) -> list[str]:
    """Return the commands of a section as they stand."""
    return [command.text for command in commands()[section]]


def rounded(answer: str) -> object:
    """Read JSON with numbers as the README shows them, with three decimals."""
    answered: object = json.loads(answer, parse_float=lambda number: round(float(number), 3))
    return answered
