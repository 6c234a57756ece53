"""Artifacts are read whole, or refused in one sentence that says what to do."""

from pathlib import Path

import keras
import numpy as np
import pytest

from export.artifacts import ArtifactError, read_artifacts
from tests.export.models import LABELS, TEXTS
from train.vectorizer import TokenIdVectorizer


def test_what_training_wrote_is_read_back(
    artifacts: Path, vectorizer: TokenIdVectorizer, network: keras.Model
):
    read = read_artifacts(artifacts)
    ids = vectorizer.transform(TEXTS)
    assert read.labels == LABELS
    assert read.texts == TEXTS
    assert np.array_equal(read.vectorizer.transform(list(TEXTS)), ids)
    assert np.array_equal(read.network(ids), network(ids))


FILES = ("metrics.json", "vectorizer.joblib", "network.keras", "texts.json")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(artifacts: Path, name: str):
    (artifacts / name).unlink()
    with pytest.raises(ArtifactError, match=r"make train.*--artifacts") as caught:
        read_artifacts(artifacts)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [b"", b"\x00damaged"], ids=["empty", "damaged"])
def test_a_damaged_file_is_refused(artifacts: Path, name: str, content: bytes):
    (artifacts / name).write_bytes(content)
    with pytest.raises(ArtifactError, match="does not hold a trained model") as caught:
        read_artifacts(artifacts)
    assert "\n" not in str(caught.value)
