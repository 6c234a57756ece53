"""The commands of the section on the committed model, on a small corpus written for tests."""

import subprocess

import pytest

from tests.readme.checkout import Checkout
from tests.readme.page import commands_of
from tests.train.conftest import write_phrasebank, write_sentfin, write_twitter

DATA, TRAIN_AND_EXPORT, WITHOUT_TEACHER, EVALUATE = commands_of("The model")


@pytest.fixture(scope="module")
def exported(checkout: Checkout) -> subprocess.CompletedProcess[str]:
    data = checkout.folder / "data"
    write_phrasebank(data / "financial_phrasebank")
    write_sentfin(data / "sentfin")
    write_twitter(data / "twitter_financial_news")
    (data / "twitter_financial_news" / "sent_valid.csv").unlink()  # so that nothing is held out
    return checkout.run(WITHOUT_TEACHER)


def one_sentence(result: subprocess.CompletedProcess[str]) -> str:
    """The only line of a refusal that is not make's own."""
    assert result.returncode != 0
    (sentence,) = (line for line in result.stderr.splitlines() if not line.startswith("make: "))
    return sentence


def test_without_a_network_make_data_says_so(checkout: Checkout):
    """What it does with one is shown by tests/train/test_download.py."""
    assert " cannot be reached: check the network" in one_sentence(checkout.run(DATA))


def test_make_train_export_trains_with_the_usual_teacher_and_exports(checkout: Checkout):
    """Not run, only planned: a teacher takes longer than this suite may."""
    planned = checkout.run(f"{TRAIN_AND_EXPORT} --dry-run")
    assert planned.returncode == 0, planned.stderr
    programs = [line.split() for line in planned.stdout.splitlines() if "/python -m " in line]
    assert programs == [[".venv/bin/python", "-m", stage] for stage in ("train", "export")]


def test_without_a_teacher_too_the_committed_graph_is_replaced(
    checkout: Checkout, exported: subprocess.CompletedProcess[str]
):
    assert exported.returncode == 0, exported.stderr
    assert "teacher" not in exported.stderr
    card = (checkout.folder / "onnx_models" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "126 texts were trained on" in card


@pytest.mark.usefixtures("exported")
def test_make_evaluate_says_where_there_is_nothing_held_out(checkout: Checkout):
    """What it prints where there is, is shown by tests/train/test_evaluate.py."""
    assert one_sentence(checkout.run(EVALUATE)).startswith("there is no held-out text")


def test_make_bench_graph_is_the_benchmark(checkout: Checkout):
    """Only its help: it takes minutes, and tests/bench runs it with the smallest plan."""
    (command,) = commands_of("What the graph costs")
    shown = checkout.run(f"{command} ARGS=--help")
    assert shown.returncode == 0, shown.stderr
    assert "usage: python -m bench.graph" in shown.stdout
