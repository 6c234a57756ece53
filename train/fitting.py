"""A classifier made of vectorizer and network, and how it is fitted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt

from train.corpus import CorpusError, Example
from train.network import build_network, predict_logits
from train.vectorizer import TokenIdVectorizer

LEARNING_RATE = 2e-3
_LARGEST_BATCH = 32
_BATCHES = 100  # an epoch of a small corpus has about this many steps, in smaller batches

# By the share of annotators who agreed: how much an example weighs, and how much of its target is
# spread over all classes. Chosen by cross-validation on Financial PhraseBank; an example of which
# no agreement is known counts as unanimous.
_WEIGHT = {50: 0.4, 66: 0.7, 75: 0.9, 100: 1.0}
_SMOOTHING = {50: 0.4, 66: 0.3, 75: 0.15, 100: 0.05}

OnEpoch = Callable[["Classifier", Mapping[str, float]], None]
"""Called after each epoch with the classifier so far and Keras's figures of that epoch."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """A fitted vectorizer and network, and the labels in the order of the network's classes."""

    labels: tuple[str, ...]
    vectorizer: TokenIdVectorizer
    network: keras.Model

    def logits(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Return the logits of N texts, ``[N, C]``."""
        return predict_logits(self.network, self.vectorizer.transform(texts))


def fit_classifier(
    examples: Sequence[Example],
    labels: Sequence[str],
    *,
    epochs: int,
    seed: int,
    on_epoch: OnEpoch,
) -> Classifier:
    """Fit vectorizer and network to examples.

    Args:
        examples: what to learn from.
        labels: all labels, in the order of the classes.
        epochs: passes over the examples.
        seed: same seed, same examples, same machine: same weights.
        on_epoch: called after each epoch.

    Raises:
        CorpusError: the texts have no words in common.
    """
    keras.utils.set_random_seed(seed)
    texts = [example.text for example in examples]
    vectorizer = TokenIdVectorizer()
    try:
        ids = vectorizer.fit_transform(texts)
    except ValueError as error:
        raise CorpusError(f"The corpus is too small to learn from: {error}.") from None
    network = build_network(vectorizer.id_count_, len(labels))
    network.compile(
        keras.optimizers.Adam(LEARNING_RATE),
        keras.losses.CategoricalCrossentropy(from_logits=True),
        weighted_metrics=["accuracy"],
    )
    classifier = Classifier(tuple(labels), vectorizer, network)
    network.fit(
        ids,
        _targets(examples, labels),
        sample_weight=np.array([_WEIGHT[_agreement(example)] for example in examples]),
        epochs=epochs,
        batch_size=min(_LARGEST_BATCH, max(1, len(examples) // _BATCHES)),
        callbacks=[
            keras.callbacks.LambdaCallback(
                on_epoch_end=lambda _, figures: on_epoch(classifier, figures)
            )
        ],
        verbose=0,
    )
    return classifier


def truth_of(examples: Sequence[Example], labels: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the class of each example, ``[N]``: the position of its label in ``labels``."""
    position = {label: index for index, label in enumerate(labels)}
    return np.array([position[example.label] for example in examples], dtype=np.int64)


def _targets(examples: Sequence[Example], labels: Sequence[str]) -> npt.NDArray[np.float64]:
    smoothing = np.array([[_SMOOTHING[_agreement(example)]] for example in examples])
    certain = np.eye(len(labels))[truth_of(examples, labels)]
    targets: npt.NDArray[np.float64] = certain * (1 - smoothing) + smoothing / len(labels)
    return targets


def _agreement(example: Example) -> int:
    return 100 if example.agreement is None else example.agreement
