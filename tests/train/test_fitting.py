from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from train.corpus import CorpusError, Example
from train.fitting import Classifier, fit_classifier, truth_of

LABELS = ("down", "up")
TEXTS = {
    "up": ("profit rose", "sales rose again", "orders rose"),
    "down": ("profit fell", "sales fell again", "orders fell"),
}


def clear_examples(agreement: int | None = None) -> list[Example]:
    return [
        Example(text, label, "mine", agreement)
        for label, texts in TEXTS.items()
        for text in texts
        for _ in range(2)
    ]


def fit(
    examples: Sequence[Example], labels: Sequence[str] = LABELS, epochs: int = 4, seed: int = 0
) -> Classifier:
    return fit_classifier(examples, labels, epochs=epochs, seed=seed, on_epoch=lambda *_: None)


def weights(classifier: Classifier) -> np.ndarray:
    return np.concatenate([each.ravel() for each in classifier.network.get_weights()])


def sureness(classifier: Classifier) -> float:
    """By how much the logit of the likelier class is above the other, on average."""
    return float(np.abs(np.diff(classifier.logits([*TEXTS["up"], *TEXTS["down"]]))).mean())


def test_it_learns_what_the_examples_show() -> None:
    classifier = fit(clear_examples(), epochs=20)
    assert classifier.logits(TEXTS["up"]).argmax(axis=1).tolist() == [1, 1, 1]
    assert classifier.logits(TEXTS["down"]).argmax(axis=1).tolist() == [0, 0, 0]


def test_columns_stand_in_the_order_of_the_labels() -> None:
    classifier = fit(clear_examples(), labels=("up", "flat", "down"), epochs=20)
    assert classifier.labels == ("up", "flat", "down")
    assert classifier.logits(TEXTS["up"]).argmax(axis=1).tolist() == [0, 0, 0]
    assert classifier.logits(TEXTS["down"]).argmax(axis=1).tolist() == [2, 2, 2]


def test_the_same_seed_gives_the_same_weights() -> None:
    first, second = (weights(fit(clear_examples(), seed=7)) for _ in range(2))
    np.testing.assert_allclose(first, second, atol=1e-6)


def test_another_seed_gives_other_weights() -> None:
    first, second = (weights(fit(clear_examples(), seed=seed)) for seed in (7, 8))
    assert np.abs(first - second).max() > 1e-3


def test_one_unanimous_example_outweighs_two_disputed_ones() -> None:
    disputed = [Example("profit warning", "down", "mine", 50)] * 20
    unanimous = [Example("profit warning", "up", "mine", 100)] * 10
    classifier = fit([*disputed, *unanimous], epochs=10)
    down, up = classifier.logits(["profit warning"])[0]
    assert up > down


def test_disputed_examples_make_it_less_sure() -> None:
    unanimous, disputed = (fit(clear_examples(level), epochs=20) for level in (100, 50))
    assert sureness(disputed) < sureness(unanimous)


def test_examples_without_agreement_count_as_unanimous() -> None:
    unknown, unanimous = (weights(fit(clear_examples(level))) for level in (None, 100))
    np.testing.assert_allclose(unknown, unanimous, atol=1e-6)


def test_each_epoch_is_told_with_its_figures_and_the_classifier_so_far() -> None:
    told: list[tuple[int, float, float]] = []

    def on_epoch(classifier: Classifier, figures: Mapping[str, float]) -> None:
        assert 0 <= figures["accuracy"] <= 1
        told.append((len(told), figures["loss"], sureness(classifier)))

    classifier = fit_classifier(clear_examples(), LABELS, epochs=3, seed=0, on_epoch=on_epoch)
    assert len(told) == 3
    assert told[-1][1] < told[0][1]
    assert told[-1][2] == pytest.approx(sureness(classifier))


def test_a_corpus_without_a_common_word_is_refused_in_a_sentence() -> None:
    examples = [
        Example(word, label, "mine") for word, label in zip("abcd", LABELS * 2, strict=True)
    ]
    with pytest.raises(CorpusError, match=r"^The corpus is too small to learn from: .+\.$"):
        fit(examples)


def test_the_class_of_an_example_is_the_position_of_its_label() -> None:
    examples = [Example("x", label, "mine") for label in ("b", "a", "c", "b")]
    assert truth_of(examples, ("a", "b", "c")).tolist() == [1, 0, 2, 1]
