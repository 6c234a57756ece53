"""INIT: what cannot be served ends it with one sentence."""

import asyncio
import gc
import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.lambda_.conftest import InvocationContext
from tests.lambda_.emulator import INVOCATIONS, emulated
from tests.runtime.processes import program


@pytest.fixture(scope="module")
def handler_module() -> Iterator[ModuleType]:
    """The module that Lambda imports; what it sets up for a whole process is taken back."""
    yield importlib.import_module("runtime.lambda_handler")
    gc.enable()
    gc.unfreeze()
    asyncio.get_event_loop().close()
    asyncio.set_event_loop(None)


def test_a_missing_model_fails_init_with_one_sentence(tmp_path: Path):
    with emulated(tmp_path, MODEL=tmp_path / "no.onnx") as function:
        assert function.client.post(INVOCATIONS, content=b"{}").status_code == 502
        assert "INIT RTDONE(status: error)" in function.output()
        assert "Traceback" not in function.output()
        (line,) = function.lines()
    assert line["level"] == "FATAL"
    assert "no.onnx cannot be read" in line["message"]
    assert "set FINTONE_MODEL" in line["message"]


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("FINTONE_MAX_TEXTS", "many", "FINTONE_MAX_TEXTS is 'many': set it to a whole"),
        ("FINTONE_API_KEY", "too-short", "FINTONE_API_KEY is unusable: set it to 16 to"),
    ],
)
def test_a_wrong_setting_ends_init_with_one_sentence(
    handler_module: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    variable: str,
    value: str,
    message: str,
):
    monkeypatch.setenv(variable, value)
    capfd.readouterr()
    with pytest.raises(SystemExit) as end:
        handler_module._start()
    assert end.value.code == 1
    (line,) = capfd.readouterr().out.splitlines()
    assert json.loads(line)["message"].startswith(message)


def test_the_module_that_lambda_imports_answers(handler_module: ModuleType):
    answer = handler_module.handler({"payload": "Profit rose"}, InvocationContext())
    assert answer == {"Raw Text": "Profit rose", "Categories": "positive"}


def test_init_leaves_nothing_in_the_log_and_the_collector_on():
    code = "import gc, runtime.lambda_handler; print(gc.isenabled(), gc.get_freeze_count() > 1000)"
    result = program(code)
    assert (result.stdout, result.stderr) == ("True True\n", "")
