"""A clone for each module, as its commands change what lies in it."""

import shutil

import pytest

from tests.readme.checkout import Checkout, clone


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return clone(tmp_path_factory.mktemp("clone") / "fintone")


@pytest.fixture(scope="session", autouse=True)
def _tools() -> None:
    for tool in ("bash", "curl", "git", "make"):
        assert shutil.which(tool), f"{tool} is missing: the README's commands need it, install it"
