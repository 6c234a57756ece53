"""One running service, and Locust pointed at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.load.locust import Locust
from tests.runtime.processes import RunningService, running


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    with running(tmp_path_factory.mktemp("service")) as running_service:
        yield running_service


@pytest.fixture
def locust(service: RunningService, tmp_path: Path) -> Locust:
    return Locust(tmp_path, service.url)
