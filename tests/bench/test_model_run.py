"""Experiments as they are run: by models that have not seen what they are asked, and only once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from bench.model_cache import Cache, Judged
from bench.model_classic import fit_counts, fit_margins, out_of_fold
from bench.model_conditions import Conditions
from bench.model_curricula import Curricula
from bench.model_recipes import BASELINE, STUDENT, SVM, TEACHER, UNTAUGHT, Recipe
from bench.model_run import Experiments, behaviour_texts
from tests.bench.model_samples import (
    HEADLINES,
    LABELS,
    UNLABELED,
    ask_naive_bayes,
    conditions,
)

FOREIGN = replace(STUDENT, without=HEADLINES)


@pytest.fixture(scope="module", autouse=True)
def _teachers() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("train.curriculum.label_softly", ask_naive_bayes)
        yield


@pytest.fixture(scope="module")
def given() -> Conditions:
    return conditions()


@pytest.fixture(scope="module")
def experiments(given: Conditions, tmp_path_factory: pytest.TempPathFactory) -> Experiments:
    return Experiments(given, Cache(tmp_path_factory.mktemp("cache")))


def texts_of(given: Conditions, recipe: Recipe) -> Sequence[str]:
    return Curricula(given).of(recipe).whole.texts


@pytest.mark.parametrize("recipe", [UNTAUGHT, FOREIGN], ids=["untaught", "foreign"])
def test_a_student_is_asked_about_every_text_that_of_a_source_left_out_too(
    experiments: Experiments, given: Conditions, recipe: Recipe
):
    found = experiments.judge(recipe)
    assert np.isfinite(found.logits).all()
    assert np.shape(found.logits) == (len(given.fold), len(LABELS))
    assert found.epochs == 1


def test_what_has_been_found_is_not_looked_for_again(
    given: Conditions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    first = Experiments(given, Cache(tmp_path)).judge(SVM)
    monkeypatch.delattr("bench.model_run.out_of_fold")
    assert Experiments(given, Cache(tmp_path)).judge(SVM) == first


def test_what_is_forgotten_is_no_longer_known(experiments: Experiments):
    experiments.judge(SVM)
    experiments.forget(SVM, asks=True)
    assert experiments.known(SVM) is not None
    experiments.forget(SVM)
    assert experiments.known(SVM) is None


def test_a_damaged_outcome_counts_as_none(tmp_path: Path):
    cache = Cache(tmp_path)
    cache.write(Judged("svm", "", 1.0, 0, 1, [[0.0, 1.0]]), "key")
    (tmp_path / "key.json").write_bytes((tmp_path / "key.json").read_bytes()[:-3])
    assert cache.read(Judged, "key") is None


def test_the_labels_of_a_fold_have_no_part_in_what_is_said_of_it(given: Conditions):
    found = out_of_fold(given, fit_margins)
    turned = {"negative": "positive", "positive": "negative", "neutral": "neutral"}
    examples = [
        replace(example, label=turned[example.label]) if fold == 0 else example
        for example, fold in zip(given.training.examples, given.fold, strict=True)
    ]
    training = replace(given.training, examples=tuple(examples))
    changed = out_of_fold(replace(given, training=training), fit_margins)
    np.testing.assert_allclose(changed[given.fold == 0], found[given.fold == 0])
    assert np.abs(changed[given.fold == 1] - found[given.fold == 1]).max() > 0.1


def test_the_old_recipe_learns_its_texts(given: Conditions):
    texts = [example.text for example in given.training.examples]
    logits = fit_counts(texts, given.truth, len(LABELS))(texts)
    assert (logits.argmax(axis=1) == given.truth).all()


def test_a_linear_machine_with_two_classes_has_a_score_for_each(given: Conditions):
    kept = [
        row for row, example in enumerate(given.training.examples) if example.label != "neutral"
    ]
    examples = tuple(given.training.examples[row] for row in kept)
    training = replace(given.training, examples=examples, labels=("negative", "positive"))
    scores = out_of_fold(replace(given, training=training, fold=given.fold[kept]), fit_margins)
    np.testing.assert_array_equal(scores[:, 0], -scores[:, 1])


def test_the_teacher_is_judged_by_what_it_says_out_of_fold(
    experiments: Experiments, given: Conditions
):
    logits = np.array(experiments.judge(TEACHER).logits)
    texts = [example.text for example in given.training.examples]
    targets = np.eye(3)[given.truth]
    heads = np.zeros(len(texts), dtype=np.int64)
    asked = ask_naive_bayes(texts, given.training.examples, targets, given.fold, heads, folds=2)
    expected = asked.fold_logits[given.fold, np.arange(len(texts)), 0]
    np.testing.assert_array_equal(logits.argmax(axis=1), expected.argmax(axis=1))


def test_a_recipe_without_variants_keeps_the_texts_and_the_unlabelled_ones(given: Conditions):
    written = {example.text for example in given.training.examples}
    unlabelled = {sentence.text for sentence in UNLABELED}
    found = set(texts_of(given, replace(STUDENT, variants=False)))
    assert found == written | unlabelled < set(texts_of(given, STUDENT))


def test_fewer_unlabelled_sentences_are_the_first_of_each_source(given: Conditions):
    found = set(texts_of(given, replace(STUDENT, unlabeled=10)))
    taken = [sentence for sentence in UNLABELED if sentence.text in found]
    assert taken == [*UNLABELED[:5], *UNLABELED[10:15]]


@pytest.mark.parametrize("recipe", [STUDENT, UNTAUGHT], ids=["student", "untaught"])
def test_neither_teacher_nor_student_hears_of_a_source_left_out(
    given: Conditions, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
):
    ask = Mock(wraps=ask_naive_bayes)
    monkeypatch.setattr("train.curriculum.label_softly", ask)
    texts = set(texts_of(given, replace(recipe, without=HEADLINES)))
    out = {each.text for each in given.training.examples if each.source == HEADLINES}
    assert not texts & out
    for call in ask.call_args_list:
        texts_to_label, examples = call.args[:2]
        assert not {*texts_to_label, *(example.text for example in examples)} & out


def test_the_model_of_all_texts_answers_the_behavioural_tests(experiments: Experiments):
    answered = experiments.ask(UNTAUGHT)
    assert len(answered.logits) == len(behaviour_texts())
    assert experiments.known_answers(UNTAUGHT) == experiments.ask(UNTAUGHT) == answered


def test_recipes_that_do_the_same_share_their_outcome(given: Conditions):
    other = replace(STUDENT, name="other", title="Other", unlabeled=len(UNLABELED))
    assert given.key(other) == given.key(STUDENT)


@pytest.mark.parametrize(
    "other",
    [
        replace(STUDENT, unlabeled=10),
        replace(STUDENT, variants=False),
        FOREIGN,
        replace(STUDENT, design=BASELINE.design),
        UNTAUGHT,
    ],
)
def test_recipes_that_differ_do_not_share_it(given: Conditions, other: Recipe):
    assert given.key(other) != given.key(STUDENT)


def test_other_texts_labels_folds_and_teachers_are_other_experiments(given: Conditions):
    examples = given.training.examples
    changed = replace(examples[0], label="neutral"), *examples[1:]
    others = (
        replace(given, training=replace(given.training, examples=changed)),
        replace(given, fold=1 - given.fold),
        replace(given, unlabeled=UNLABELED[1:]),
        replace(given, teacher=replace(given.teacher, sha256="1" * 64)),
        replace(given, seed=1),
        replace(given, epochs=(2, 2)),
    )
    assert len({given.key(STUDENT), *(other.key(STUDENT) for other in others)}) == 7
