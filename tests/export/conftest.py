"""One small model that most tests of the export share."""

import os
import shutil
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import pytest
from onnx import ModelProto

from export.fuse import fuse
from export.network import convert_network
from export.vectorizer import convert_vectorizer
from tests.export.models import LABELS, METRICS, TEXTS, embedding_sum, with_random_weights
from train.artifacts import write_artifacts
from train.vectorizer import TokenIdVectorizer


@pytest.fixture(scope="session")
def vectorizer() -> TokenIdVectorizer:
    return TokenIdVectorizer(min_df=1).fit(TEXTS)


@pytest.fixture(scope="session")
def network(vectorizer: TokenIdVectorizer) -> keras.Model:
    return with_random_weights(embedding_sum(vectorizer.id_count_, len(LABELS)))


@pytest.fixture(scope="session")
def fused(vectorizer: TokenIdVectorizer, network: keras.Model) -> ModelProto:
    metadata = {"trained_on": [{"name": "tests"}], "metrics": {"accuracy": 0.5}}
    return fuse(convert_vectorizer(vectorizer), convert_network(network), LABELS, metadata)


@pytest.fixture(scope="session")
def written_artifacts(
    vectorizer: TokenIdVectorizer,
    network: keras.Model,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The folder as training writes it; not to be changed."""
    directory = tmp_path_factory.mktemp("artifacts")
    write_artifacts(
        directory,
        vectorizer=vectorizer,
        network=network,
        texts=TEXTS,
        metrics=METRICS,
        plots={},
    )
    return directory


@pytest.fixture
def artifacts(written_artifacts: Path, tmp_path: Path) -> Path:
    """A copy of the folder for a test that changes it."""
    return Path(shutil.copytree(written_artifacts, tmp_path / "artifacts"))
