"""What `make bench-graph` prints; how fast anything is, no test says."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import ModelProto

from bench import graph_run
from bench.contenders import open_session
from bench.graph import main
from bench.graph_field import Subject, build_field, find_artifacts
from bench.graph_goals import goals
from bench.graph_report import render, to_json
from bench.graph_results import Results
from bench.graph_run import Plan
from bench.language import Language
from bench.recipes import build_classic, build_ours
from bench.shipped import Start, cut_floor, read_vocabulary
from bench.timing import Timing
from export.artifacts import Artifacts
from runtime.artefact import ModelError


def ask(model: ModelProto, texts: list[str]) -> list[np.ndarray]:
    feed = {"text": np.array(texts, dtype=object)}
    answer: list[np.ndarray] = open_session(model.SerializeToString()).run(None, feed)
    return answer


def timing(median: float) -> Timing:
    return Timing(median=median, p10=median, p90=median, calls=1)


def with_times(results: Results, **times: float) -> Results:
    """The same results as if each contender took so long; "_" stands for a space."""
    medians = {name.replace("_", " "): timing(median) for name, median in times.items()}
    cells = [replace(cell, timings={**cell.timings, **medians}) for cell in results.cells]
    return replace(results, cells=tuple(cells))


def judged(results: Results, part: str) -> set[bool]:
    found = {goal.holds for goal in goals(results) if part in goal.goal}
    assert found, part
    return found


def test_both_tables_have_a_row_for_each_length_and_batch(results: Results) -> None:
    rows = re.findall(r"^  (3|25) +([12]) ", render(results), re.MULTILINE)
    assert rows == [("3", "1"), ("3", "2"), ("25", "1"), ("25", "2")] * 2


def test_every_contender_is_described_and_timed(results: Results) -> None:
    columns = results.columns
    names = {columns.floor, columns.shipped, columns.python, columns.classic_doubled}
    names |= {*columns.classic, *columns.ours}
    assert names == results.descriptions.keys()
    assert all(cell.timings.keys() == names for cell in results.cells)


def test_the_report_fits_100_columns(results: Results) -> None:
    shown = replace(results, model="sentiment.onnx")
    slow = with_times(shown, floor=999_999, shipped=999_999, Python=9_999_999)
    name = results.columns.shipped  # described by the model's path, of any length
    lines = render(slow).splitlines()
    assert [line for line in lines if len(line) > 100 and not line.startswith(f"  {name} ")] == []


def test_json_has_all_cells_and_goals(results: Results) -> None:
    document = json.loads(to_json(results))
    assert len(document["cells"]) == 4
    assert document["cells"][0]["timings"]["shipped"]["median"] > 0
    assert [goal["goal"] for goal in document["goals"]] == [goal.goal for goal in goals(results)]


@pytest.mark.parametrize(("shipped", "holds"), [(50.0, True), (50.1, False)])
def test_the_floor_goal_is_five_times_the_floor(
    results: Results, shipped: float, holds: bool
) -> None:
    assert judged(with_times(results, floor=10, shipped=shipped), "x floor") == {holds}


@pytest.mark.parametrize(("shipped", "holds"), [(60.0, True), (60.1, False)])
def test_the_headline_goal_is_60_microseconds(
    results: Results, shipped: float, holds: bool
) -> None:
    assert judged(with_times(results, shipped=shipped), "60 µs") == {holds}


@pytest.mark.parametrize(("classic", "holds"), [(10.0, True), (9.9, False)])
def test_the_graph_has_to_be_as_fast_as_the_classic_pair(
    results: Results, classic: float, holds: bool
) -> None:
    judgement = judged(with_times(results, shipped=10, classic_200=classic), "x classic")
    assert judgement == {holds}


@pytest.mark.parametrize(("batched", "holds"), [(20.0, True), (20.1, False)])
def test_a_text_in_a_batch_may_cost_what_it_costs_alone(
    results: Results, batched: float, holds: bool
) -> None:
    alone = with_times(results, shipped=10)
    cells = [
        replace(cell, timings=cell.timings | {"shipped": timing(batched)})
        if cell.batch == 2
        else cell
        for cell in alone.cells
    ]
    assert judged(replace(alone, cells=tuple(cells)), "one of 2 texts") == {holds}


@pytest.mark.parametrize(("session", "holds"), [(40.0, True), (40.1, False)])
def test_the_session_goal_is_40_milliseconds(results: Results, session: float, holds: bool) -> None:
    assert judged(replace(results, start=Start(session, 1)), "a session") == {holds}


@pytest.mark.parametrize(("doubled", "holds"), [(11.0, True), (11.1, False)])
def test_the_vocabulary_goal_allows_a_tenth_for_noise(
    results: Results, doubled: float, holds: bool
) -> None:
    assert judged(with_times(results, ours_200=10, ours_400=doubled), "x ours") == {holds}


@pytest.mark.parametrize(("size", "verdict"), [(9_999_999, "holds "), (10_000_000, "MISSED")])
def test_the_report_says_which_goals_are_missed(results: Results, size: int, verdict: str) -> None:
    assert f"{verdict}  under 10 MB" in render(replace(results, bytes=size))


def test_the_floor_counts_the_tokens_of_the_graph(subject: Subject) -> None:
    (count,) = ask(cut_floor(subject.model), ["Profit fell 5.6 %", "", "Törnvall"])
    assert int(count) == 3 * 4  # three texts, padded to the longest


def test_each_word_of_a_measured_text_is_a_token(subject: Subject) -> None:
    texts = Language(subject.vocabulary.words, subject.vocabulary.followers, seed=3)
    for length in (1, 10, 100):
        (count,) = ask(cut_floor(subject.model), [texts.text(length)])
        assert int(count) == length


def test_measured_words_are_known_numbers_and_words(subject: Subject) -> None:
    words = subject.vocabulary.words
    assert {"0", "profit", "törnvall"} <= set(words)
    assert not {"%", "a"} & set(words)


def test_followers_are_pairs_that_the_graph_knows(subject: Subject) -> None:
    left, rights = next(iter(subject.vocabulary.followers.items()))
    built = onnx.ModelProto()
    built.CopyFrom(subject.model)
    ids = onnx.helper.make_tensor_value_info("ids", onnx.TensorProto.INT64, ["N", "S"])
    built.graph.output.append(ids)
    *_, known = ask(built, [f"{left} {rights[0]}"])
    assert known[0, -1] > 0  # the last position holds the id of the last pair


def test_a_graph_without_words_is_refused_in_one_sentence() -> None:
    graph = build_ours(["% $", "% €"], 10, ("a", "b")).graph
    with pytest.raises(ModelError, match="knows no word"):
        read_vocabulary(graph)


def test_the_classic_pair_has_the_interface_of_the_graph() -> None:
    graph = build_classic(["profit fell", "profit rose today"], 5, ("down", "up"))
    label, probabilities = ask(graph, ["profit rose", "…"])
    assert set(label.tolist()) <= {"down", "up"}
    assert probabilities.sum(axis=1) == pytest.approx(1)


def test_python_calls_the_trained_model_where_there_is_one(subject: Subject, plan: Plan) -> None:
    built = build_ours(["profit fell", "profit rose"], 5, ("down", "up"))
    trained = Artifacts(built.vectorizer, built.network, ("down", "up"), (), {})
    field = build_field(replace(subject, artifacts=trained), plan.sizes)
    (python,) = (contender for contender in field if contender.name == "Python")
    assert "make train" in python.description
    assert np.shape(python.prepare([["profit fell"]])()) == (1, 2)


def test_no_artifacts_are_no_mistake(tmp_path: Path) -> None:
    assert find_artifacts(tmp_path / "missing") is None


def test_a_missing_model_is_one_sentence_and_exit_1() -> None:
    command = [sys.executable, "-W", "error", "-m", "bench.graph", "--model", "missing.onnx"]
    root = Path(__file__).parents[2]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1
    assert "missing.onnx is not there" in ended.stderr


@pytest.fixture
def command(
    model_path: Path, plan: Plan, affinity: set[int], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """Arguments of a run with the smallest plan; what it changes of this process is put back."""
    monkeypatch.setattr(graph_run, "QUICK", plan)
    for variable in ("OPENBLAS_NUM_THREADS", "TF_CPP_MIN_LOG_LEVEL"):
        monkeypatch.setenv(variable, "1")
    missing = model_path.with_name("artifacts")
    return ["--model", str(model_path), "--artifacts", str(missing), "--quick"]


def test_the_command_prints_the_report_and_writes_json(
    command: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    written = tmp_path / "graph.json"
    assert main([*command, "--json", str(written)]) == 0
    printed = capfd.readouterr().out
    goals = json.loads(written.read_bytes())["goals"]
    assert [goal["goal"] for goal in goals if goal["goal"] not in printed] == []


def test_json_that_cannot_be_written_is_one_sentence_and_exit_1(
    command: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--json", str(tmp_path)]) == 1
    last = capfd.readouterr().err.splitlines()[-1]
    assert last == f"{tmp_path} cannot be written (Is a directory): name another file."


def test_damaged_artifacts_are_one_sentence_and_exit_1(
    command: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--artifacts", str(tmp_path)]) == 1
    assert "does not hold a trained model" in capfd.readouterr().err.splitlines()[-1]
