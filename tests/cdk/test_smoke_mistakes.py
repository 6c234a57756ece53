"""What the smoke test says of a user's mistake: one sentence; and its properties on any text."""

from pathlib import Path

import pytest
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from cdk.smoke_checks import percentile
from cdk.smoke_client import Client, TargetError
from tests.cdk.gate import gate
from tests.cdk.smoked import Smoke

KEY = "correct-horse-battery-staple"


@pytest.fixture
def smoke(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Smoke:
    return Smoke(monkeypatch, capsys)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("", "FunctionUrl"),
        ("fintone", "no URL"),
        ("ftp://example.com", "no URL"),
        ("https://", "no URL"),
        ("https://example.com:port", "no URL"),
        ("https://example.com/?a=1", "no URL"),
        ("https://exam ple.com", "no URL"),
        ("http://127.0.0.1:1", "gives no answer"),
    ],
)
def test_a_url_that_cannot_be_asked_is_one_sentence(smoke: Smoke, url: str, word: str):
    assert smoke(url).refused(word)


def test_a_server_that_speaks_no_tls_is_one_sentence(smoke: Smoke):
    with gate("http://127.0.0.1:1") as url:
        assert smoke(url.replace("http:", "https:")).refused("gives no answer", "SSL")


@pytest.mark.parametrize("key", ["caf\u00e9", "a\nb"])
def test_a_key_that_is_no_header_is_one_sentence(
    smoke: Smoke, monkeypatch: pytest.MonkeyPatch, key: str
):
    monkeypatch.setenv("FINTONE_API_KEY", key)
    outcome = smoke("https://example.com")
    assert outcome.refused("FINTONE_API_KEY")
    assert key not in outcome.error


def test_a_key_does_not_travel_unencrypted(smoke: Smoke, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FINTONE_API_KEY", KEY)
    assert smoke("http://example.com").refused("https")


def test_metrics_that_are_missing_are_one_sentence(smoke: Smoke, tmp_path: Path):
    assert smoke("https://example.com", "--metrics", str(tmp_path / "none")).refused("labels")


@given(st.text() | st.text().map("https://{}".format))
def test_any_text_is_either_a_url_or_refused_in_a_sentence(text: str):
    try:
        Client(text, Session(), None).close()
    except TargetError as error:
        said = str(error)
    else:
        said = "."
    assert said.isprintable()
    assert said.endswith(".")


@given(st.lists(st.floats(0, 1e6), min_size=1), st.sampled_from([50, 95]))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(values: list[float], share: int):
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= share * len(values)
    assert sum(value < found for value in values) * 100 < share * len(values)
