"""One model and one running service for all tests that do not need their own."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from runtime.model import Model
from tests.runtime import graphs
from tests.runtime.processes import RunningService, running


@pytest.fixture(scope="session")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return graphs.write(tmp_path_factory.mktemp("model"), graphs.model_bytes())


@pytest.fixture(scope="session")
def model(model_path: Path) -> Model:
    return Model.load(model_path).warm_up()


@pytest.fixture(scope="session")
def service(model_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    with running(tmp_path_factory.mktemp("service"), MODEL=model_path) as running_service:
        yield running_service


@pytest.fixture(scope="session")
def client(service: RunningService) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, timeout=30) as session:
        yield session
