"""What the README and the other pages state beside their commands is so."""

import json
import re
from pathlib import Path

import pytest

from runtime.problems import TITLES
from runtime.settings import describe
from tests.readme.page import README, ROOT, blocks, commands

METRICS = json.loads((ROOT / "onnx_models" / "metrics.json").read_text(encoding="utf-8"))
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "onnx_models" / "MODEL_CARD.md",
]


def test_every_section_with_commands_has_its_tests():
    """The files beside this one take each of them."""
    tested = {
        "Start",
        "Ask",
        "Clients",
        "Settings",
        "Deploy",
        "Under load",
        "The model",
        "Your own labels",
        "What the graph costs",
    }
    assert commands().keys() == tested


def test_the_settings_are_all_and_as_the_program_knows_them():
    rows = re.findall(r"^\| `(FINTONE_\w+)` \| (.*) \| (.*) \|$", README, re.M)
    assert rows == list(describe())


def test_every_status_but_the_one_for_our_own_faults_has_its_reason():
    (table,) = re.findall(r"^\| Status \| Because \|\n\|---\|---\|\n((?:\|.*\n)+)", README, re.M)
    statuses = [int(status) for status in re.findall(r"\b[45]\d\d\b(?=[^|]*\|)", table)]
    assert sorted(statuses) == sorted(TITLES.keys() - {500})


def test_the_figures_of_the_model_are_its_own():
    judged = METRICS["cross_validation"]["sources"]["financial_phrasebank"]
    size = f"{METRICS['graph']['bytes'] / 1e6:.1f} MB"
    (row,) = re.findall(r"^\| Model \| (.*) \|$", README, re.M)
    assert row.startswith(size)
    assert f"accuracy {judged['accuracy']:.2f}, macro-F1 {judged['macro_f1']:.2f} " in row


def test_every_verb_that_is_named_exists():
    makefile = (ROOT / "Makefile").read_text().replace("\\\n", "")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.M)
    named = re.findall(r"`make ([a-z-]+)", "".join(page.read_text() for page in PAGES))
    assert set(named) <= set(phony.split())


def test_the_layout_names_folders_that_exist():
    (layout,) = (block.text for block in blocks() if block.section == "Layout")
    folders = [line.split()[0] for line in layout.splitlines()]
    assert [name for name in folders if not (name.endswith("/") and (ROOT / name).is_dir())] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_repository_leads_somewhere(page: Path):
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []
