from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.special import softmax

from train.corpus import CorpusError, Example
from train.fitting import DESIGN, Classifier, Design, OnEpoch, fit_classifier
from train.material import Material, material_of
from train.network import Architecture

LABELS = ("up", "flat", "down")
TEXTS = {
    "up": ("profit rose", "sales rose again", "orders rose"),
    "down": ("profit fell", "sales fell again", "orders fell"),
}
COPIES = 10
EPOCHS = 12
SEED = 7


def clear_material(agreement: int | None = None) -> Material:
    """Each text ten times, with its own label."""
    examples = [
        Example(text, label, "mine", agreement)
        for label, texts in TEXTS.items()
        for text in texts
        for _ in range(COPIES)
    ]
    return material_of(examples, LABELS)


def fit(
    material: Material,
    *,
    epochs: int = EPOCHS,
    seed: int = SEED,
    design: Design = DESIGN,
    on_epoch: OnEpoch = lambda *_: None,
) -> Classifier:
    return fit_classifier(
        material, LABELS, epochs=epochs, seed=seed, on_epoch=on_epoch, design=design
    )


def weights(classifier: Classifier) -> np.ndarray:
    return np.concatenate([each.ravel() for each in classifier.network.get_weights()])


def sureness(classifier: Classifier) -> float:
    """By how much the logit of the likelier direction is above the other, on average."""
    logits = classifier.logits([*TEXTS["up"], *TEXTS["down"]])
    return float(np.abs(logits[:, 0] - logits[:, 2]).mean())


@dataclass(frozen=True, slots=True)
class Fitted:
    """A classifier, and what was told of it after each epoch: Keras's figures, and how sure."""

    classifier: Classifier
    figures: list[Mapping[str, float]]
    sureness: list[float]


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    figures: list[Mapping[str, float]] = []
    sure: list[float] = []

    def on_epoch(classifier: Classifier, of_epoch: Mapping[str, float]) -> None:
        figures.append(of_epoch)
        sure.append(sureness(classifier))

    return Fitted(fit(clear_material(), on_epoch=on_epoch), figures, sure)


def test_it_learns_what_the_examples_show_in_the_order_of_the_labels(fitted: Fitted) -> None:
    assert fitted.classifier.labels == LABELS
    assert fitted.classifier.logits(TEXTS["up"]).argmax(axis=1).tolist() == [0, 0, 0]
    assert fitted.classifier.logits(TEXTS["down"]).argmax(axis=1).tolist() == [2, 2, 2]


def test_the_same_seed_gives_the_same_weights(fitted: Fitted) -> None:
    again = weights(fit(clear_material()))
    np.testing.assert_allclose(weights(fitted.classifier), again, atol=1e-6)


def test_another_seed_gives_other_weights(fitted: Fitted) -> None:
    other = weights(fit(clear_material(), seed=SEED + 1))
    assert np.abs(weights(fitted.classifier) - other).max() > 1e-3


def test_disputed_examples_make_it_less_sure(fitted: Fitted) -> None:
    assert sureness(fit(clear_material(agreement=50))) < sureness(fitted.classifier)


def test_each_epoch_is_told_with_the_classifier_so_far(fitted: Fitted) -> None:
    assert len(fitted.figures) == EPOCHS
    assert fitted.figures[-1]["loss"] < fitted.figures[0]["loss"]
    assert fitted.sureness[-1] == pytest.approx(sureness(fitted.classifier))
    assert fitted.sureness[0] < fitted.sureness[-1]


def test_the_figures_of_an_epoch_are_means_over_all_its_texts(fitted: Fitted) -> None:
    """Were they of the last text, none of them would be right in part."""
    texts = 6 * COPIES
    right = np.array([figures["accuracy"] * texts for figures in fitted.figures])
    np.testing.assert_allclose(right, np.round(right), atol=1e-3)
    assert ((right > 0.5) & (right < texts - 0.5)).any()


@pytest.fixture(scope="module")
def taught() -> Classifier:
    """Fitted as a teacher has it: not to classes, but to how likely each of them is."""
    up = {"profit rose": 0.9, "orders rose": 0.7, "sales fell": 0.2}
    rows = [*up.items()] * 12
    counts = [1.0] * len(rows)
    for probability, count in ((0.1, 0.2), (0.1, 0.2), (0.9, 1.0)):
        rows += [("quarterly results", probability)] * 8
        counts += [count] * 8
    targets = np.array([[p, 0, 1 - p] for _, p in rows], dtype=np.float32)
    return fit(Material(tuple(text for text, _ in rows), targets, np.float32(counts)), epochs=20)


@pytest.mark.parametrize(
    ("text", "up"), [("profit rose", 0.9), ("orders rose", 0.7), ("sales fell", 0.2)]
)
def test_it_learns_how_likely_each_class_is(taught: Classifier, text: str, up: float) -> None:
    probabilities = softmax(taught.logits([text])[0])
    np.testing.assert_allclose(probabilities, [up, 0, 1 - up], atol=0.12)


def test_one_text_that_counts_much_outweighs_two_that_count_little(taught: Classifier) -> None:
    up, _, down = taught.logits(["quarterly results"])[0]
    assert up > down


def test_texts_of_one_length_are_learned_together_with_a_longer_one() -> None:
    """Whichever batch is the first, the ids of the others need not be as wide."""
    texts = ["profit rose", "sales fell", "orders rose", "profit fell"] * 5
    texts[5] = "profit rose and sales fell and profit fell"
    targets = np.eye(3, dtype=np.float32)[np.arange(20) % 2]
    classifier = fit(Material(tuple(texts), targets, np.ones(20, np.float32)), epochs=2)
    assert classifier.logits(texts).shape == (20, 3)


def test_vocabulary_and_network_are_as_large_as_asked_for(fitted: Fitted) -> None:
    design = Design(words=4, pairs=3, architecture=Architecture(width=16, layers=1, hidden=8))
    small = fit(clear_material(), design=design, epochs=1)
    assert len(small.vectorizer.word_ids_) == 4 < len(fitted.classifier.vectorizer.word_ids_)
    assert len(small.vectorizer.pair_ids_) <= 3 < len(fitted.classifier.vectorizer.pair_ids_)
    assert small.network.count_params() < fitted.classifier.network.count_params() / 5


def test_a_corpus_without_a_common_word_is_refused_in_a_sentence() -> None:
    examples = [Example(word, label, "mine") for word, label in zip("abc", LABELS, strict=True)]
    with pytest.raises(CorpusError, match=r"^The corpus is too small to learn from: .+\.$"):
        fit(material_of(examples, LABELS))
