"""One model and one running service for all tests that do not need their own."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from uvicorn import Server

from runtime.model import Model
from tests.runtime import graphs
from tests.runtime.overloads import overload
from tests.runtime.processes import RunningService, running
from tests.runtime.servers import serving


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


@pytest.fixture
def overloaded(model: Model) -> Iterator[tuple[Server, int]]:
    """A server in a thread, whose worker is overloaded, and its port."""
    with serving(model, overload) as (server, port):
        yield server, port
