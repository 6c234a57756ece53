"""Reads docs/deploy.md: its blocks and its tables."""

import re
from pathlib import Path

from tests.readme.page import blocks

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
BLOCKS = list(blocks(PAGE))


def table(head: str) -> list[list[str]]:
    """The cells of the table that begins with this row."""
    (rows,) = re.findall(rf"^{re.escape(head)}\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE, re.M)
    return [re.split(r"(?<!\\) \| ", row.strip("| ")) for row in rows.splitlines()]
