from dataclasses import replace

import numpy as np
import pytest

from train.calibration import fit_temperature
from train.corpus import CorpusError, Example
from train.crossvalidation import FOLDS, CrossValidation, cross_validate
from train.fitting import fit_classifier, truth_of
from train.groups import near_duplicate_groups
from train.plots import History
from train.prepare import TrainingSet

LABELS = ("negative", "neutral", "positive")
EPOCHS = 2


@pytest.fixture(scope="module")
def training(examples: tuple[Example, ...]) -> TrainingSet:
    return TrainingSet(examples, LABELS, held_out=0, duplicates=0, conflicting=0)


@pytest.fixture(scope="module")
def judged(training: TrainingSet) -> CrossValidation:
    return cross_validate(training, max_epochs=EPOCHS, seed=3)


@pytest.fixture
def written() -> CrossValidation:
    """Figures made up at random, of a model that is too sure of itself."""
    draw = np.random.default_rng(0)
    truth = draw.integers(0, 3, 200)
    logits = draw.normal(size=(200, 3)) * 8
    logits[np.arange(200), truth] += 6
    history = History((1.0,), (1.0,), (0.5,), (0.5,))
    return CrossValidation(truth, np.arange(200) % FOLDS, logits, 1, history)


def test_every_text_is_in_one_of_the_folds_and_none_is_empty(
    training: TrainingSet, judged: CrossValidation
) -> None:
    assert judged.fold.shape == (len(training.examples),)
    assert np.unique(judged.fold).tolist() == list(range(FOLDS))


def test_near_duplicates_never_straddle_folds(
    training: TrainingSet, judged: CrossValidation
) -> None:
    groups = near_duplicate_groups([example.text for example in training.examples])
    assert len(np.unique(groups)) < len(groups)
    folds_of_group = {(group, fold) for group, fold in zip(groups, judged.fold, strict=True)}
    assert len(folds_of_group) == len(np.unique(groups))


def test_every_text_is_scored_by_a_model_that_has_not_seen_it(
    training: TrainingSet, judged: CrossValidation
) -> None:
    out = judged.fold == 4
    examples = np.array(training.examples, dtype=object)
    classifier = fit_classifier(
        examples[~out], LABELS, epochs=judged.epochs, seed=3, on_epoch=lambda *_: None
    )
    logits = classifier.logits([example.text for example in examples[out]])
    np.testing.assert_allclose(judged.logits[out], logits, atol=1e-5)


def test_truth_is_that_of_the_examples(training: TrainingSet, judged: CrossValidation) -> None:
    np.testing.assert_array_equal(judged.truth, truth_of(training.examples, LABELS))


def test_the_epoch_with_the_lowest_loss_is_kept(judged: CrossValidation) -> None:
    losses = judged.history.validation_loss
    assert len(losses) == len(judged.history.training_accuracy) == EPOCHS
    assert judged.epochs == 1 + losses.index(min(losses))


@pytest.mark.parametrize("fold", range(FOLDS))
def test_a_fold_is_calibrated_on_the_other_folds_alone(written: CrossValidation, fold: int) -> None:
    out = written.fold == fold
    elsewhere = written.truth.copy()
    elsewhere[out] = (elsewhere[out] + 1) % 3
    changed = replace(written, truth=elsewhere)
    np.testing.assert_array_equal(changed.calibrated()[out], written.calibrated()[out])
    assert np.abs(changed.calibrated()[~out] - written.calibrated()[~out]).max() > 1e-3


def test_calibration_keeps_every_decision(written: CrossValidation) -> None:
    calibrated, plain = written.calibrated(), written.uncalibrated()
    np.testing.assert_array_equal(calibrated.argmax(axis=1), plain.argmax(axis=1))
    np.testing.assert_allclose(calibrated.sum(axis=1), 1)
    assert calibrated.max(axis=1).mean() < plain.max(axis=1).mean()


def test_the_temperature_of_the_final_model_comes_from_all_texts(
    written: CrossValidation,
) -> None:
    assert written.temperature() == fit_temperature(written.logits, written.truth) > 1


def test_texts_that_are_all_alike_are_refused_in_a_sentence() -> None:
    examples = tuple(
        Example(f"Profit was EUR {number} mn", LABELS[number % 3], "mine") for number in range(30)
    )
    alike = TrainingSet(examples, LABELS, held_out=0, duplicates=0, conflicting=0)
    with pytest.raises(CorpusError, match=r"^The texts are so alike that they count as 1 .+\.$"):
        cross_validate(alike, max_epochs=1, seed=0)


def test_texts_without_a_common_word_are_refused_in_a_sentence() -> None:
    words = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa")
    examples = tuple(Example(word, LABELS[i % 2], "mine") for i, word in enumerate(words))
    with pytest.raises(CorpusError, match=r"^The corpus is too small to learn from: .+\.$"):
        cross_validate(TrainingSet(examples, LABELS[:2], 0, 0, 0), max_epochs=1, seed=0)
