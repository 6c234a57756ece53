from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from train.calibration import fit_temperature
from train.corpus import CorpusError, Example
from train.crossvalidation import CrossValidation, cross_validate
from train.curriculum import from_labels
from train.fitting import fit_classifier
from train.folds import assign_folds
from train.material import Material, truth_of
from train.plots import History
from train.prepare import TrainingSet

LABELS = ("negative", "neutral", "positive")
FOLDS = 2
EPOCHS = 2


@pytest.fixture(scope="module")
def training(examples: tuple[Example, ...]) -> TrainingSet:
    """Of two sources, whose names are not in the order in which they appear."""
    sources = ["wire"] * 40 + ["forum"] * 23
    named = [replace(each, source=name) for each, name in zip(examples, sources, strict=True)]
    return TrainingSet(tuple(named), LABELS, held_out=0, duplicates=0, conflicting=0)


@pytest.fixture(scope="module")
def fold(training: TrainingSet) -> np.ndarray:
    return assign_folds(training.examples, FOLDS, seed=3)


@pytest.fixture(scope="module")
def material(training: TrainingSet, fold: np.ndarray) -> tuple[Material, ...]:
    return from_labels(training, fold).without_fold


@pytest.fixture(scope="module")
def judged(
    training: TrainingSet, fold: np.ndarray, material: tuple[Material, ...]
) -> CrossValidation:
    return cross_validate(training, fold, material, max_epochs=EPOCHS, seed=3)


def made_up(seed: int) -> CrossValidation:
    """Figures of a model that is too sure of itself: more so of one source than of the other."""
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, 3, 200)
    source = (draw.random(200) < 0.2).astype(np.int64)
    source[:2] = (0, 1)
    logits = draw.normal(size=(200, 3)) * 2 * (1 + source[:, np.newaxis])
    logits[np.arange(200), truth] += 3
    history = History((1.0,), (1.0,), (0.5,), (0.5,))
    return CrossValidation(truth, source, np.arange(200) % 3, logits, 1, history)


@pytest.fixture
def written() -> CrossValidation:
    return made_up(seed=0)


def taken(judged: CrossValidation, rows: np.ndarray) -> CrossValidation:
    return replace(
        judged,
        truth=judged.truth[rows],
        source=judged.source[rows],
        fold=judged.fold[rows],
        logits=judged.logits[rows],
    )


def test_every_text_is_scored_by_a_model_that_has_not_seen_it(
    training: TrainingSet, judged: CrossValidation, material: tuple[Material, ...]
) -> None:
    """By that of its own fold, after the epoch that is kept."""
    out = judged.fold == 1
    texts = [example.text for example, is_out in zip(training.examples, out, strict=True) if is_out]
    assert not set(texts) & set(material[1].texts)
    told: list[np.ndarray] = []
    fit_classifier(
        material[1],
        LABELS,
        epochs=EPOCHS,
        seed=3,
        on_epoch=lambda classifier, _: told.append(classifier.logits(texts)),
    )
    np.testing.assert_allclose(judged.logits[out], told[judged.epochs - 1], atol=1e-5)


def test_large_folds_are_trained_in_processes_of_their_own_to_the_same_figures(
    training: TrainingSet,
    fold: np.ndarray,
    material: tuple[Material, ...],
    judged: CrossValidation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("train.crossvalidation._WORTH_PROCESSES", 0)
    apart = cross_validate(training, fold, material, max_epochs=EPOCHS, seed=3)
    np.testing.assert_allclose(apart.logits, judged.logits, atol=1e-3)
    assert apart.epochs == judged.epochs


def test_truth_source_and_fold_are_those_of_the_examples(
    training: TrainingSet, judged: CrossValidation, fold: np.ndarray
) -> None:
    np.testing.assert_array_equal(judged.truth, truth_of(training.examples, LABELS))
    np.testing.assert_array_equal(judged.fold, fold)
    pairs = {
        (example.source, number)
        for example, number in zip(training.examples, judged.source.tolist(), strict=True)
    }
    assert sorted(number for _, number in pairs) == [0, 1]


def test_the_epoch_with_the_lowest_loss_is_kept(judged: CrossValidation) -> None:
    losses = judged.history.validation_loss
    assert len(losses) == len(judged.history.training_accuracy) == EPOCHS
    assert judged.epochs == 1 + losses.index(min(losses))


@pytest.mark.parametrize("fold", [0, 1, 2])
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
    one_source = replace(written, source=np.zeros_like(written.source))
    assert one_source.temperature() == pytest.approx(fit_temperature(written.logits, written.truth))


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32), source=st.sampled_from([0, 1]), copies=st.integers(2, 50))
def test_a_source_counts_the_same_however_large_it_is(seed: int, source: int, copies: int) -> None:
    judged = made_up(seed)
    more = np.repeat(np.arange(200), np.where(judged.source == source, copies, 1))
    enlarged = taken(judged, more)
    assert enlarged.temperature() == pytest.approx(judged.temperature(), rel=1e-3)
    np.testing.assert_allclose(enlarged.calibrated(), judged.calibrated()[more], atol=1e-3)


def test_a_source_of_few_texts_is_not_drowned_by_one_of_many(written: CrossValidation) -> None:
    """The temperature lies between those of each source alone, not beside that of the larger."""
    many, few = (taken(written, np.flatnonzero(written.source == source)) for source in (0, 1))
    assert len(few.truth) < len(many.truth) / 3
    by_text = fit_temperature(written.logits, written.truth)
    assert many.temperature() < by_text < written.temperature() < few.temperature()


def test_a_fold_without_one_of_the_sources_is_calibrated_too(written: CrossValidation) -> None:
    """Whatever numbers the sources have, and whether each of them is in each fold."""
    lonely = replace(written, source=np.where(written.fold == 0, 5, 2))
    assert np.isfinite(lonely.calibrated()).all()


def test_texts_without_a_common_word_are_refused_in_a_sentence() -> None:
    words = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa")
    examples = tuple(Example(word, LABELS[i % 2], "mine") for i, word in enumerate(words))
    training = TrainingSet(examples, LABELS[:2], held_out=0, duplicates=0, conflicting=0)
    fold = np.arange(10) % 5
    material = from_labels(training, fold).without_fold
    with pytest.raises(CorpusError, match=r"^The corpus is too small to learn from: .+\.$"):
        cross_validate(training, fold, material, max_epochs=1, seed=0)
