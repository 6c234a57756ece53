"""The folder of files that training left, read and checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import keras

from export.vectorizer import Vectorizer


class ArtifactError(Exception):
    """The artifacts cannot be exported; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Artifacts:
    """A trained model, and what is known of it.

    Attributes:
        vectorizer: the fitted scikit-learn transformer.
        network: the Keras model, token ids int64 ``[N, S]`` → probabilities ``[N, C]``.
        labels: the C labels in the order of the columns.
        texts: the texts that it was trained on.
        metrics: everything that training wrote of it, see ``train.pipeline``.
    """

    vectorizer: Vectorizer
    network: Any
    labels: tuple[str, ...]
    texts: tuple[str, ...]
    metrics: Mapping[str, Any]


def read_artifacts(directory: Path) -> Artifacts:
    """Read what ``make train`` wrote.

    The vectorizer is a pickle, so loading it runs code: export your own artifacts only.

    Raises:
        ArtifactError: a file is missing or damaged.
    """
    try:
        metrics = json.loads((directory / "metrics.json").read_bytes())
        return Artifacts(
            vectorizer=joblib.load(directory / "vectorizer.joblib"),
            network=keras.models.load_model(directory / "network.keras", compile=False),
            labels=tuple(metrics["labels"]),
            texts=tuple(json.loads((directory / "texts.json").read_bytes())),
            metrics=metrics,
        )
    except Exception as error:  # a damaged pickle or archive raises anything
        raise ArtifactError(
            f"{directory} does not hold a trained model ({_reason(error)}): write one with"
            " `make train`, or name its folder with --artifacts."
        ) from error


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{Path(str(error.filename)).name}: {error.strerror}"
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no details'}"
