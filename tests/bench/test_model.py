"""The command `python -m bench.model`, and which experiments it runs."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.model import main
from bench.model_conditions import gather
from bench.model_plan import select, steps
from bench.model_recipes import GROUPS
from tests.bench.model_samples import LABELS, TEXTS
from train.holdout import key

NAMES = ("Northwind", "Alder", "Quillon", "Marrow", "Fjordline", "Tessera")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `make data` leaves it, with all three corpora."""
    folder = tmp_path_factory.mktemp("data")
    reports, headlines, posts = (list(_texts(source)) for source in TEXTS)
    lines = "".join(f"{text}@{label}\r\n" for text, label in reports)
    _write(folder / "financial_phrasebank", **dict.fromkeys(_AGREEMENT, lines))
    rows = [f"{n},\"{text}\",{{'It': '{label}'}},9\n" for n, (text, label) in enumerate(headlines)]
    _write(folder / "sentfin", **{"SEntFiN.csv": "S No.,Title,Decisions,Words\n" + "".join(rows)})
    codes = {"negative": 0, "positive": 1, "neutral": 2}
    rows = [f'"{text}",{codes[label]}\n' for text, label in posts]
    _write(folder / "twitter_financial_news", **{"sent_train.csv": "text,label\n" + "".join(rows)})
    return folder


_AGREEMENT = tuple(f"Sentences_{level}Agree.txt" for level in ("50", "66", "75", "All"))


def _texts(source: str) -> Iterator[tuple[str, str]]:
    """Texts that share too few words to count as near-duplicates."""
    for number, name in enumerate(NAMES):
        for label in LABELS:
            other = " ".join(f"{name}{label}{source[:2]}{word}x{number}" for word in "abcdefgh")
            yield f"{TEXTS[source][label].format(name)} {other}".replace(",", ""), label


def _write(folder: Path, **contents: str) -> None:
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8")


@pytest.fixture
def _untaught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that leaves the process as it is: TensorFlow's order is set once and for all."""
    monkeypatch.setattr("train.reproducibility.make_reproducible", lambda: None)


@pytest.fixture
def command(data: Path, tmp_path: Path, _untaught: None) -> list[str]:
    return ["--data", str(data), "--teacher", "none", "--cache", str(tmp_path / "cache")]


def test_an_experiment_is_run_kept_and_written(
    command: list[str],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
):
    caplog.set_level(logging.INFO)
    assert main([*command, "--only", "svm", "--write", str(tmp_path)]) == 0
    assert "1/1 svm: TF-IDF, linear SVM …" in caplog.text
    assert "TF-IDF, linear SVM" in capfd.readouterr().out
    page = (tmp_path / "model.md").read_text(encoding="utf-8")
    assert "| TF-IDF, linear SVM |" in page
    assert re.search(r"^\| tests \| graph [0-9a-f]{12} \|$", page, re.M)
    contenders = json.loads((tmp_path / "model.json").read_bytes())["contenders"]
    assert [each["name"] for each in contenders] == ["svm"]
    caplog.clear()
    assert main([*command, "--only", "svm"]) == 0
    assert "svm: TF-IDF, linear SVM is known" in caplog.text
    caplog.clear()
    monkeypatch.setattr("bench.model_plan.code_digest", lambda: "of other code")
    assert main([*command, "--only", "svm"]) == 0
    assert "from before train/ was changed" in caplog.text
    caplog.clear()
    assert main([*command, "--only", "svm", "--again"]) == 0
    assert "is known" not in caplog.text


def test_experiments_are_listed_with_what_they_took(
    command: list[str], capfd: pytest.CaptureFixture[str]
):
    main([*command, "--only", "svm"])
    capfd.readouterr()
    assert main([*command, "--list"]) == 0
    listed = [line.split() for line in capfd.readouterr().out.splitlines()[1:]]
    assert [cells[0] for cells in listed] == [step.name for step in steps()]
    assert [cells[0] for cells in listed if cells[-1] != "-"] == ["svm"]


def test_nothing_is_run_for_what_has_been_found_to_be_shown(
    command: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    assert main([*command, "--show", "--write", str(tmp_path)]) == 0
    assert caplog.text == ""
    assert "Not measured yet" in (tmp_path / "model.md").read_text(encoding="utf-8")


def test_what_needs_a_teacher_is_left_out_without_one(
    command: list[str], caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    assert main([*command, "--only", "student", "behaviour-student"]) == 0
    assert "2 experiments need a teacher and are left out." in caplog.text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            ["--only", "svn"],
            r"There is no experiment svn: take one that .*\.\n$",
        ),
        (["--write", "nowhere"], r"nowhere is no folder: name one with --write\.\n$"),
        (["--graphs", "nowhere.onnx"], r"there is no model nowhere\.onnx: .*\n$"),
        (["--data", "nowhere"], r"There is no folder nowhere: .*\.\n$"),
    ],
)
def test_a_mistake_of_the_user_is_answered_with_one_sentence(
    command: list[str], more: list[str], said: str, capfd: pytest.CaptureFixture[str]
):
    assert main([*command, *more]) == 1
    assert re.search(said, capfd.readouterr().err)


def test_a_stopped_run_says_so(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bench.model_run.out_of_fold", stop)
    assert main([*command, "--only", "svm"]) == 130
    assert capfd.readouterr().err.endswith("is kept, run this again to go on.\n")


def test_no_held_out_text_is_read(data: Path, monkeypatch: pytest.MonkeyPatch):
    known = len(gather(data, None).training.examples)
    text = next(text for text, _ in _texts("financial_phrasebank"))
    monkeypatch.setattr("train.holdout.held_out_keys", lambda: frozenset({key(text)}))
    found = gather(data, None).training.examples
    assert len(found) == known - 1
    assert text not in {example.text for example in found}


def test_every_fold_has_texts_of_each_source(data: Path):
    given = gather(data, None)
    sources = [example.source for example in given.training.examples]
    assert len({*zip(sources, given.fold.tolist(), strict=True)}) == 9


def test_a_group_is_called_by_its_name_and_an_experiment_by_its_own():
    assert [step.recipe for step in select(["contenders"])] == list(GROUPS["contenders"])
    names = ["student", "behaviour-student"]
    assert [step.name for step in select(names)] == names
    assert select([]) == steps()


def test_every_experiment_has_a_name_of_its_own():
    names = [step.name for step in steps()]
    assert len(set(names)) == len(names)
    by_name = {}
    for recipe in (recipe for group in GROUPS.values() for recipe in group):
        assert by_name.setdefault(recipe.name, recipe) == recipe
