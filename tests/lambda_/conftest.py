"""One emulator and one local server with the committed graph, and the handler in this process."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import onnx
import pytest

from runtime.invocations import Invocations, start
from tests.lambda_.emulator import Emulator, emulated
from tests.runtime import graphs
from tests.runtime.processes import running


@dataclass(frozen=True)
class InvocationContext:
    aws_request_id: str = "6f1e0c52-0d0a-4d6b-8f5e-3b8f0c1d2e3f"


@pytest.fixture
def context() -> InvocationContext:
    return InvocationContext()


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with emulated(tmp_path_factory.mktemp("emulator")) as running_emulator:
        yield running_emulator


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        running(tmp_path_factory.mktemp("server")) as service,
        httpx.Client(base_url=service.url, timeout=60) as client,
    ):
        yield client


@contextlib.contextmanager
def started(environment: dict[str, str]) -> Iterator[Invocations]:
    """The handler without awslambdaric around it."""
    try:
        yield start(environment)
    finally:
        asyncio.get_event_loop().close()
        asyncio.set_event_loop(None)


@pytest.fixture(scope="module")
def invocations() -> Iterator[Invocations]:
    with started({}) as handler:
        yield handler


@pytest.fixture(scope="session")
def fragile_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph that fails on the word "gain": it asks for a row that is not there."""
    model = onnx.load_from_string(graphs.model_bytes())
    (encoder,) = (node for node in model.graph.node if node.op_type == "LabelEncoder")
    words, rows = (
        next(attribute for attribute in encoder.attribute if attribute.name == name)
        for name in ("keys_strings", "values_int64s")
    )
    rows.ints[list(words.strings).index(b"gain")] = 99
    return graphs.write(tmp_path_factory.mktemp("fragile"), model.SerializeToString())
