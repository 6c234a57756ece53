"""How a process is set up before it serves."""

import functools
import gc
from collections.abc import Iterator

import pytest

from runtime.configuration import ServerConfig
from runtime.model import Model
from runtime.settings import Settings
from runtime.workplace import Workplace


@pytest.fixture(autouse=True)
def unfrozen() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_garbage_is_not_looked_for_among_what_start_up_made():
    settings = Settings.from_environment({})
    model = Model.load(settings.model).warm_up()
    ServerConfig(settings, functools.partial(Workplace(settings).worker, model)).load()
    assert gc.get_freeze_count() > 10_000
    assert len(gc.get_objects()) < 1_000
