"""The model card says what its reader needs, for any labels and any corpus."""

from dataclasses import replace
from pathlib import Path

import pytest

from export.artifacts import Artifacts, read_artifacts
from export.card import render_card
from export.verify import Parity


@pytest.fixture
def trained(artifacts: Path) -> Artifacts:
    return read_artifacts(artifacts)


def card(trained: Artifacts, **changes: object) -> str:
    changed = replace(trained, metrics={**trained.metrics, **changes})
    parity = {"training texts": Parity(1234, 2.5e-7)}
    return render_card(changed, version="abc", sha256="def", size=3_400_000, parity=parity)


def source(name: str, licence: str) -> dict[str, object]:
    return {"name": name, "licence": licence, "rows": 1234, "sha256": "0f"}


def test_version_labels_size_and_checksum_are_named(trained: Artifacts):
    text = card(trained)
    assert "Version `abc`" in text
    assert "bad, so-so, good or 好" in text
    assert "3.4 MB" in text
    assert "`def`" in text


def test_each_corpus_stands_with_its_licence(trained: Artifacts):
    text = card(trained, trained_on=[source("bank", "CC BY"), source("wire", "MIT")])
    assert "| bank | CC BY | 1,234 | `0f` |" in text
    assert "| wire | MIT | 1,234 | `0f` |" in text


def test_a_non_commercial_corpus_binds_the_model(trained: Artifacts):
    text = card(trained, trained_on=[source("bank", "BY-NC (non-commercial)"), source("w", "MIT")])
    assert "**This model is for non-commercial use**, because of bank." in text


def test_free_corpora_do_not_bind_the_model(trained: Artifacts):
    text = card(trained, trained_on=[source("wire", "MIT")])
    assert "**This model is for non-commercial use**" not in text
    assert "the non-commercial licence of Financial PhraseBank does not apply." in text


def test_sentences_without_labels_stand_with_their_licence_too(trained: Artifacts):
    lenders = [source("stories", "for research purposes only (unlabelled)"), source("b", "CC BY")]
    text = card(trained, trained_on=[source("wire", "MIT")], distilled_on=lenders)
    assert "| stories | for research purposes only (unlabelled) | 1,234 | `0f` |" in text
    assert "does not apply. The terms of stories allow use for research purposes only." in text


def test_non_commercial_sentences_without_labels_bind_the_model(trained: Artifacts):
    text = card(trained, distilled_on=[source("forum", "CC BY-NC (non-commercial)")])
    assert "**This model is for non-commercial use**, because of forum." in text


def test_without_unlabelled_sentences_no_teacher_is_named(trained: Artifacts):
    assert "teacher" not in card(trained)


def test_figures_stand_by_corpus_and_by_class(trained: Artifacts):
    text = card(trained)
    assert "| wire | all | 6 | 0.500 | 0.400 (0.300 to 0.500) | 0.100 |" in text
    assert "| wire | 100 % | 3 | 0.500 | 0.400 (0.300 to 0.500) | 0.100 |" in text
    assert "| bad | 2 | 0.500 | 0.250 | 0.333 |" in text


def test_the_proof_is_shown(trained: Artifacts):
    assert "| training texts | 1,234 | 2.5e-07 |" in card(trained)


def test_a_name_cannot_break_a_table(trained: Artifacts):
    text = card(trained, trained_on=[source("my|news\n.csv", "mine")])
    assert "| my\\|news .csv | mine | 1,234 | `0f` |" in text


def test_nothing_of_the_template_is_left_over(trained: Artifacts):
    assert "$" not in card(trained)


@pytest.mark.parametrize(
    ("commit", "said"),
    [("0a1b2c", "Trained from commit `0a1b2c`"), (None, "a copy of the code that is no git")],
)
def test_the_commit_of_the_training_is_named(trained: Artifacts, commit: str | None, said: str):
    training = {**trained.metrics["training"], "commit": commit}
    assert said in card(trained, training=training)
