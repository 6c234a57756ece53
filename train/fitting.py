"""A classifier made of vectorizer and network, and how it is fitted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt

from train.batches import Batches, predict_logits, token_id_rows
from train.corpus import CorpusError
from train.material import Material
from train.network import DEFAULT, Architecture, build_network
from train.vectorizer import TokenIdVectorizer

LEARNING_RATE = 2e-3
_LARGEST_BATCH = 128
_BATCHES = 100  # an epoch of a small corpus has about this many steps, in smaller batches
_WARM_UP = 0.05

OnEpoch = Callable[["Classifier", Mapping[str, float]], None]
"""Called after each epoch with the classifier so far and Keras's figures of that epoch."""


@dataclass(frozen=True, slots=True)
class Design:
    """How large vocabulary and network are; `make bench-pareto` has their costs.

    Attributes:
        words: words in the vocabulary at most.
        pairs: pairs of words, likewise.
        architecture: of the network.
    """

    words: int = 10_000
    pairs: int = 15_000
    architecture: Architecture = DEFAULT


DESIGN = Design()


@dataclass(frozen=True, slots=True)
class Classifier:
    """A fitted vectorizer and network, and the labels in the order of the network's classes."""

    labels: tuple[str, ...]
    vectorizer: TokenIdVectorizer
    network: keras.Model

    def logits(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return the logits of N texts, ``[N, C]``."""
        return predict_logits(self.network, token_id_rows(self.vectorizer, texts))


def fit_classifier(
    material: Material,
    labels: Sequence[str],
    *,
    epochs: int,
    seed: int,
    on_epoch: OnEpoch,
    design: Design = DESIGN,
) -> Classifier:
    """Fit vectorizer and network to material.

    Args:
        material: what to learn from; columns of their targets in the order of ``labels``.
        labels: all labels, in the order of the classes.
        epochs: passes over the material.
        seed: same seed, same material, same machine: same weights.
        on_epoch: called after each epoch.
        design: how large vocabulary and network are.

    Raises:
        CorpusError: the texts have no words in common.
    """
    keras.utils.set_random_seed(seed)
    vectorizer = TokenIdVectorizer(max_words=design.words, max_pairs=design.pairs)
    try:
        vectorizer.fit(material.texts)
    except ValueError as error:
        raise CorpusError(f"The corpus is too small to learn from: {error}.") from None
    batches = Batches(
        token_id_rows(vectorizer, material.texts),
        material.targets,
        material.weights,
        size=min(_LARGEST_BATCH, max(1, len(material.texts) // _BATCHES)),
        seed=seed,
    )
    network = build_network(vectorizer.id_count_, len(labels), design.architecture)
    network.compile(
        keras.optimizers.Adam(_learning_rate(epochs * len(batches))),
        keras.losses.CategoricalCrossentropy(from_logits=True),
        weighted_metrics=["accuracy"],
    )
    classifier = Classifier(tuple(labels), vectorizer, network)
    for _ in range(epochs):
        figures, counts = [], []
        for ids, targets, weights in batches:
            # Not network.fit: it takes the width of the ids to be that of the first few batches.
            figures.append(network.train_on_batch(ids, targets, weights, return_dict=True))
            counts.append(len(ids))
        on_epoch(classifier, _mean(figures, counts))
    return classifier


def _mean(figures: Sequence[Mapping[str, float]], counts: Sequence[int]) -> dict[str, float]:
    """Average the figures of batches with so many texts: Keras starts anew at each of them."""
    return {
        name: float(np.average([batch[name] for batch in figures], weights=counts))
        for name in figures[0]
    }


def _learning_rate(steps: int) -> keras.optimizers.schedules.LearningRateSchedule:
    """Rise for the first few steps, then fall to next to nothing along a cosine."""
    warm_up = int(steps * _WARM_UP)
    return keras.optimizers.schedules.CosineDecay(
        LEARNING_RATE * 0.1,
        max(1, steps - warm_up),
        alpha=0.01,
        warmup_target=LEARNING_RATE,
        warmup_steps=warm_up,
    )
