"""Contract 3: settings come from the environment, and a mistake in one is one sentence."""

from dataclasses import fields
from pathlib import Path

import pytest

from runtime import cores
from runtime.cores import available_cores
from runtime.settings import Settings, SettingsError, describe, variable_of
from tests.runtime.processes import run_to_its_end

KEY = "!Only-for-tests~"
UNUSABLE_KEY = (
    "FINTONE_API_KEY is unusable: set it to 16 to 1024 visible ASCII characters without spaces, or"
    " unset it."
)


def test_the_defaults_serve():
    settings = Settings.from_environment({})
    assert (settings.host, settings.port) == ("0.0.0.0", 8080)  # noqa: S104 - the promised default
    assert settings.max_body_bytes == 1024 * 1024
    assert settings.max_text_characters == 10_000
    assert settings.max_texts == 512
    assert not settings.log_text
    assert settings.workers >= 1


def test_the_default_model_does_not_depend_on_the_working_directory():
    assert Settings().model.is_absolute()
    assert Settings().model.parts[-2:] == ("onnx_models", "sentiment.onnx")


def test_every_setting_is_read_from_its_variable():
    environment = {
        "FINTONE_MODEL": "other.onnx",
        "FINTONE_HOST": "::1",
        "FINTONE_PORT": "0",
        "FINTONE_WORKERS": "3",
        "FINTONE_MAX_BODY_BYTES": "1",
        "FINTONE_MAX_HEAD_BYTES": "2048",
        "FINTONE_MAX_TEXT_CHARACTERS": "2",
        "FINTONE_MAX_TEXTS": "4",
        "FINTONE_MAX_IN_FLIGHT": "7",
        "FINTONE_RECEIVE_SECONDS": "5",
        "FINTONE_DRAIN_SECONDS": "6",
        "FINTONE_LOG_TEXT": "1",
        "FINTONE_METRICS": "0",
        "FINTONE_API_KEY": KEY,
    }
    limits = (1, 2048, 2, 4, 7, 5, 6)
    expected = Settings(Path("other.onnx"), "::1", 0, 3, *limits, True, False, KEY)
    assert Settings.from_environment(environment) == expected
    assert len(environment) == len(fields(Settings))


def test_a_blank_variable_keeps_the_default():
    assert Settings.from_environment({"FINTONE_PORT": " "}).port == 8080


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FINTONE_PORT", "abc"),
        ("FINTONE_PORT", "65536"),
        ("FINTONE_PORT", "-1"),
        ("FINTONE_WORKERS", "0"),
        ("FINTONE_MAX_BODY_BYTES", "1MB"),
        ("FINTONE_LOG_TEXT", "yes"),
        ("FINTONE_MAX_IN_FLIGHT", "0"),
        ("FINTONE_METRICS", "yes"),
    ],
)
def test_an_unusable_value_is_refused_with_its_variable_and_what_it_takes(
    variable: str, value: str
):
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({variable: value})
    message = str(refused.value)
    wanted = next(
        variable_of(f).wanted for f in fields(Settings) if variable_of(f).name == variable
    )
    assert message == f"{variable} is {value!r}: set it to {wanted}."


@pytest.mark.parametrize(
    "value",
    [KEY[1:], "x" * 1025, KEY.replace("-", " "), KEY + "\x7f", KEY + "ü", KEY + "\udcff", "", " "],
    ids=repr,
)
def test_a_key_that_no_header_can_have_is_refused_and_not_shown(value: str):
    """A blank one too: whoever set it wanted a key."""
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({"FINTONE_API_KEY": value})
    assert str(refused.value) == UNUSABLE_KEY


def test_the_end_of_a_line_after_a_key_is_none_of_it():
    assert Settings.from_environment({"FINTONE_API_KEY": f"{KEY}\n"}).api_key == KEY


def test_settings_that_are_printed_show_no_key():
    settings = Settings.from_environment({"FINTONE_API_KEY": KEY})
    assert KEY not in f"{settings} {settings!r}"


def test_an_unusable_key_stops_the_start_and_is_not_shown():
    ended = run_to_its_end(API_KEY="too-short")
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", f"{UNUSABLE_KEY}\n")


def test_an_unusable_value_stops_the_start_with_that_sentence():
    ended = run_to_its_end(PORT="eighty")
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == "FINTONE_PORT is 'eighty': set it to a whole number from 0 to 65535.\n"


def test_each_setting_is_described_with_its_default():
    table = {variable: (default, description) for variable, default, description in describe()}
    assert table["FINTONE_PORT"][0] == "8080"
    assert table["FINTONE_LOG_TEXT"][0] == "0"
    assert table["FINTONE_MODEL"][0] == "onnx_models/sentiment.onnx"
    assert len(table) == len(fields(Settings))
    assert all(default and description for default, description in table.values())


def test_a_container_quota_limits_the_workers(tmp_path: Path):
    quota = tmp_path / "cpu.max"
    quota.write_text("50000 100000\n")
    assert available_cores(quota) == 1


@pytest.mark.parametrize("content", ["max 100000\n", "", None])
def test_without_a_quota_every_schedulable_core_counts(tmp_path: Path, content: str | None):
    quota = tmp_path / "cpu.max"
    if content is not None:
        quota.write_text(content)
    assert available_cores(quota) == len(cores.os.sched_getaffinity(0))


def test_where_affinity_is_unknown_the_machine_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delattr("os.sched_getaffinity")
    assert available_cores(tmp_path / "none") == cores.os.cpu_count()
