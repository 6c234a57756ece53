"""The verbs and options; trainings that run to their end are in test_training_run.py."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from train.cli import main
from train.download import NOTICE_FILE
from train.holdout import key
from train.sources import READERS, read_corpora


def refusal(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run a command that has to fail with one line on stderr and nothing on stdout."""
    assert main([str(argument) for argument in arguments]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.endswith("\n")
    assert printed.err.count("\n") == 1
    return printed.err


GOOD = "".join(f"Text {number},up\nWords {number},down\n" for number in range(10))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("body,label\n", ':1: column "text" is missing'),
        (f"text,label\n{GOOD}x,\n", ':22: fill in column "label"'),
        ("text,label\n" + "x,up\n" * 12, ": add texts of a second class"),
        (f"text,label\n{GOOD}x,flat\n", ': class "flat" has 1 different text: add some'),
        (f"text,label\n{GOOD}caf\udce9,up\n", ":22: save the file as UTF-8"),
        ("", ":1: the file is empty"),
    ],
)
@pytest.mark.parametrize("verb", [(), ("evaluate",)])
def test_a_bad_table_is_refused_with_its_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: str,
    sentence: str,
    verb: tuple[str, ...],
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(content, encoding="utf-8", errors="surrogateescape")
    assert refusal(capsys, *verb, "--csv", path).startswith(f"{path}{sentence}")


def test_a_missing_table_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no.csv cannot be read" in refusal(capsys, "--csv", tmp_path / "no.csv")


@pytest.mark.parametrize("verb", [(), ("evaluate",)])
def test_a_missing_folder_of_data_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: tuple[str, ...]
) -> None:
    missing = tmp_path / "nowhere"
    message = refusal(capsys, *verb, "--data", missing)
    assert message.startswith(f"There is no folder {missing}: fetch the corpora")


def test_a_folder_without_the_corpus_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "financial_phrasebank" in refusal(capsys, "--data", tmp_path)


@pytest.mark.parametrize("verb", [(), ("evaluate",)])
def test_a_source_that_is_none_is_refused_with_those_that_are(
    phrasebank_only: Path, capsys: pytest.CaptureFixture[str], verb: tuple[str, ...]
) -> None:
    options = ("--data", phrasebank_only, "--sources", "sentfin, reuters")
    assert refusal(capsys, *verb, *options) == (
        "Name each corpus once, out of financial_phrasebank, sentfin, twitter_financial_news,"
        " instead of reuters.\n"
    )


def test_sources_are_refused_beside_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    message = refusal(capsys, "--csv", tmp_path / "mine.csv", "--sources", "sentfin")
    assert message.startswith("Leave out --sources: with --csv, only ")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("there is none", "There is no folder there is none: name one that holds config.json, "),
        ("empty", "empty has no config.json: save the model there "),
    ],
)
def test_a_teacher_that_is_none_is_refused_with_the_way_to_do_without(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("mine.csv").write_text(f"text,label\n{GOOD}", encoding="utf-8")
    message = refusal(capsys, "--csv", "mine.csv", "--teacher", name)
    assert message.startswith(sentence)
    assert message.endswith("train without a teacher (--teacher none; make: TEACHER=none).\n")
    assert not Path("artifacts").exists()


@pytest.mark.parametrize("seed", ["-1", "1.5", "x", "4294967296"])
def test_a_seed_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], seed: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--seed", seed])
    assert ended.value.code == 2
    assert f"{seed} is no whole number from 0 to 4294967295" in capsys.readouterr().err


@pytest.fixture
def held_out(monkeypatch: pytest.MonkeyPatch, phrasebank_only: Path) -> int:
    """Put every seventh written sentence on the list of those held out; how many these are."""
    corpus = read_corpora(phrasebank_only, ["financial_phrasebank"])
    texts = [each.text for each in corpus.examples[::7]]
    monkeypatch.setattr("train.holdout.held_out_keys", lambda: frozenset(map(key, texts)))
    return len(texts)


def evaluate_as_json(
    capsys: pytest.CaptureFixture[str], arguments: Sequence[object]
) -> dict[str, dict[str, object]]:
    assert main([str(argument) for argument in arguments]) == 0
    return json.loads(capsys.readouterr().out)["sources"]


def test_evaluate_scores_the_graph_on_the_held_out_texts(
    neutral_graph: Path, phrasebank_only: Path, held_out: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--model", str(neutral_graph), "--data", str(phrasebank_only)]) == 0
    table = capsys.readouterr().out
    assert f"financial_phrasebank: {held_out} texts" in table
    for word in ("accuracy", "macro-F1", "95 % interval", "ECE", "precision", "recall", "100 %"):
        assert word in table


def test_evaluate_gives_json_where_asked(
    neutral_graph: Path, phrasebank_only: Path, held_out: int, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("evaluate", "--json", "--model", neutral_graph, "--data", phrasebank_only)
    found = evaluate_as_json(capsys, arguments)
    assert found["financial_phrasebank"]["rows"] == held_out
    assert found["financial_phrasebank"]["agreement"][">= 50 %"]["rows"] == held_out


def test_options_before_the_verb_count_too(
    neutral_graph: Path, phrasebank_only: Path, held_out: int, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--data", phrasebank_only, "evaluate", "--json", "--model", neutral_graph)
    found = evaluate_as_json(capsys, arguments)
    assert found["financial_phrasebank"]["rows"] == held_out


def test_evaluate_scores_only_the_sources_that_were_named(
    neutral_graph: Path, data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--data", data_folder, "--sources", "sentfin,twitter_financial_news")
    found = evaluate_as_json(capsys, ("evaluate", "--json", "--model", neutral_graph, *options))
    assert found.keys() == {"twitter_financial_news"}  # no headline of the fixture is held out


def test_evaluate_scores_the_graph_on_a_table_of_one_s_own(
    neutral_graph: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"Text {n},neutral\nWords {n},positive\n" for n in range(10))
    (tmp_path / "mine.csv").write_text(f"body,mood\n{rows}", encoding="utf-8")
    options = ("--csv", tmp_path / "mine.csv", "--text-column", "body", "--label-column", "mood")
    found = evaluate_as_json(capsys, ("evaluate", "--json", "--model", neutral_graph, *options))
    assert found["mine.csv"]["accuracy"] == 0.5


def test_evaluate_refuses_a_missing_model(
    tmp_path: Path, phrasebank_only: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("evaluate", "--model", tmp_path / "no.onnx", "--data", phrasebank_only)
    assert "there is no model" in refusal(capsys, *arguments)


def test_data_leaves_a_filled_folder_as_it_is(
    data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data_folder / "unlabeled").mkdir()
    headlines = "unlabeled/uci_news_business_headlines.txt.gz"
    notices = (f"{reader}/{NOTICE_FILE}" for reader in READERS)
    for name in (*notices, "sentfin/LICENSE", headlines):
        (data_folder / name).write_text("as it was", encoding="utf-8")
    assert main(["data", "--data", str(data_folder)]) == 0
    assert capsys.readouterr() == ("", "")


def test_data_refuses_a_folder_that_cannot_be_filled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    message = refusal(capsys, "data", "--data", tmp_path / "taken")
    assert "taken cannot be filled (File exists)" in message


@pytest.mark.parametrize(
    ("verb", "options"),
    [
        (
            (),
            (
                "--data",
                "--sources",
                "--csv",
                "--text-column",
                "--label-column",
                "--out",
                "--seed",
                "--teacher",
                "evaluate",
                "behaviour",
            ),
        ),
        (("evaluate",), ("--data", "--sources", "--csv", "--model", "--json")),
        (("data",), ("--data",)),
    ],
)
def test_help_names_the_options_of_each_verb(
    capsys: pytest.CaptureFixture[str], verb: tuple[str, ...], options: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*verb, "--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"usage: python -m train{' ' if verb else ''}")
    assert [option for option in options if option not in printed] == []
