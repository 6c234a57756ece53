"""What the student is compared with: the old service's recipe, and a linear SVM."""

from collections.abc import Callable, Sequence

import keras
import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC
from tqdm import tqdm

from bench.model_conditions import Conditions
from train.crossvalidation import Floats, Integers

Scorer = Callable[[Sequence[str]], Floats]
"""From N texts to a score of each class, ``[N, C]``."""

Fit = Callable[[Sequence[str], Integers, int], Scorer]
"""From texts, their classes ``[N]`` and the number of classes to a scorer."""

FEATURES = 4_000
_EPOCHS = 10
_BATCH = 32


def out_of_fold(conditions: Conditions, fit: Fit) -> Floats:
    """Return what is said of each text by the one that has not seen its fold, ``[N, C]``."""
    training, fold, truth = conditions.training, conditions.fold, conditions.truth
    texts = np.array([example.text for example in training.examples], dtype=object)
    scores = np.empty((len(texts), len(training.labels)))
    keras.utils.set_random_seed(conditions.seed)
    for number in tqdm(np.unique(fold), desc="folds", unit="fold"):
        out = fold == number
        scorer = fit(texts[~out].tolist(), truth[~out], len(training.labels))
        scores[out] = scorer(texts[out].tolist())
    return scores


def fit_counts(texts: Sequence[str], truth: Integers, classes: int) -> Scorer:
    """Fit the old service's recipe: counts of the commonest words, and three dense layers.

    Its last layer gives logits here; softmax, which the service's has, keeps their order.
    """
    vectorizer = CountVectorizer(max_features=FEATURES, dtype=np.float32)
    counts = vectorizer.fit_transform(texts).toarray()
    network = keras.Sequential(
        [
            keras.Input((counts.shape[1],)),
            keras.layers.Dense(512, activation="relu"),
            keras.layers.Dense(256, activation="relu"),
            keras.layers.Dense(classes),
        ]
    )
    network.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    network.fit(counts, truth, epochs=_EPOCHS, batch_size=_BATCH, verbose=0)

    def score(asked: Sequence[str]) -> Floats:
        logits = network.predict(vectorizer.transform(asked).toarray(), verbose=0)
        return np.asarray(logits, dtype=np.float64)

    return score


def fit_margins(texts: Sequence[str], truth: Integers, classes: int) -> Scorer:
    """Fit a linear SVM, one class against the rest, to TF-IDF of words, pairs and characters.

    Its scores are distances from the margins: probabilities only once a temperature is fitted.
    """
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    machine = make_pipeline(make_union(words, characters), LinearSVC(random_state=0))
    machine.fit(texts, truth)

    def score(asked: Sequence[str]) -> Floats:
        margins = np.asarray(machine.decision_function(asked))
        return margins if classes > 2 else np.stack([-margins, margins], axis=1)

    return score
