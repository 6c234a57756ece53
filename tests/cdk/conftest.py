"""Templates by settings, each made once."""

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from cdk.settings import Settings

if TYPE_CHECKING:
    from tests.cdk.stacks import Stack, Synthesised


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> "Stack":
    """What is synthesised of settings."""
    # Not above: without node the tests that import it are skipped, and the others run.
    from tests.cdk.stacks import synthesise

    @cache
    def made(settings: Settings) -> "Synthesised":
        return synthesise(tmp_path_factory.mktemp("cdk.out"), settings)

    def make(**settings: Any) -> "Synthesised":  # noqa: ANN401 - each setting has its type
        return made(Settings(**settings))

    return make
