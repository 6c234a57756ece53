"""Makes what old_service loads: `python old_service_build.py DIR`, in the same environment.

Weights are random and texts generated: what it costs to load and run them does not depend on that.
"""

import pickle
import random
import sys
from itertools import product
from pathlib import Path

import keras
from sklearn.feature_extraction.text import CountVectorizer

FEATURES = 4_000
_CONSONANTS, _VOWELS = "bdfgklmnprst", "aeiou"
_SENTENCES = 2_000
_SENTENCE_WORDS = 20


def main() -> None:
    """Write vectorizer and network, if the network is not there yet."""
    folder = Path(sys.argv[1])
    if (folder / "network.keras").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    vectorizer = CountVectorizer(max_features=FEATURES).fit(_texts())
    (folder / "vectorizer.pkl").write_bytes(pickle.dumps(vectorizer))
    # Saved last and renamed, so that an interrupted build is taken up again.
    _network().save(folder / "unfinished.keras")
    (folder / "unfinished.keras").rename(folder / "network.keras")


def _network() -> keras.Model:
    network = keras.Sequential(
        [
            keras.Input((FEATURES,)),
            keras.layers.Dense(512, activation="relu"),
            keras.layers.Dense(256, activation="relu"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    network.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return network


def _texts() -> list[str]:
    """Make sentences of enough different words for all features."""
    words = ["".join(letters) for letters in product(*(_CONSONANTS, _VOWELS) * 3)][: 2 * FEATURES]
    chosen = random.Random(0)  # noqa: S311  # texts, not secrets
    sentences = [
        words[start : start + _SENTENCE_WORDS] for start in range(0, len(words), _SENTENCE_WORDS)
    ]
    sentences += [chosen.choices(words, k=_SENTENCE_WORDS) for _ in range(_SENTENCES)]
    return [" ".join(sentence) for sentence in sentences]


if __name__ == "__main__":
    main()
