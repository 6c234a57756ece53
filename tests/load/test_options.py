"""Our options, and what does not go together."""

import argparse
import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from load.corpus import read_texts
from load.credentials import SignedHeaders, key_headers
from load.errors import LoadError
from load.labels import read_labels
from load.options import Options, add_options, limit


def parse(*arguments: str) -> Options:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_options(parser)  # type: ignore[arg-type]
    return Options.of(parser.parse_args(arguments))


def test_defaults_go_together():
    options = parse()
    assert (options.mix.single, options.mix.batch, options.mix.batch_size) == (9, 1, 32)
    assert (options.max_failures, options.requests, options.p99) == ("0", 0, 0)


def test_what_a_master_sends_to_its_workers_is_plain():
    parser = argparse.ArgumentParser()
    add_options(parser)  # type: ignore[arg-type]
    values = vars(parser.parse_args([])).values()
    assert {type(value) for value in values} <= {str, int, float, bool}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--single-weight", "0", "--batch-weight", "0"), "Both weights are 0"),
        (("--think-min", "2", "--think-max", "1"), "--think-min is more than --think-max"),
        (("--batch-size", "0"), "--batch-size is less than 1"),
    ],
)
def test_options_that_do_not_go_together_are_told(arguments: tuple[str, ...], told: str):
    with pytest.raises(LoadError, match=told):
        parse(*arguments)


def test_a_weight_that_the_page_makes_negative_is_told():
    parser = argparse.ArgumentParser()
    add_options(parser)  # type: ignore[arg-type]
    parsed = parser.parse_args([])
    parsed.batch_weight = -1.0
    with pytest.raises(LoadError, match="negative"):
        Options.of(parsed)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--p99", "nan"),
        ("--p99", "-1"),
        ("--requests", "1.5"),
        ("--requests", "inf"),
        ("--max-failures", "101%"),
        ("--max-shed", "-1"),
        ("--shape", "wave"),
    ],
)
def test_a_value_that_is_none_is_refused(arguments: tuple[str, ...]):
    with pytest.raises(argparse.ArgumentError):
        parse(*arguments)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_limit_in_numbers_does_not_depend_on_how_many_there_are(number: int, requests: int):
    assert limit(str(number)).of(requests) == number


@given(st.integers(0, 100), st.integers(0, 10**6))
def test_a_limit_in_percent_is_never_more_than_that(percent: int, requests: int):
    allowed = limit(f" {percent} % ").of(requests)
    assert 100 * allowed <= percent * requests < 100 * (allowed + 1)


@given(st.text())
def test_any_other_text_is_no_limit(text: str):
    with contextlib.suppress(ValueError):
        assert limit(text).text == text


# What options name


def test_our_headlines_are_more_than_a_hundred_and_no_two_alike():
    texts = read_texts("")
    assert 100 <= len(set(texts)) == len(texts)


def test_a_corpus_without_a_text_is_told(tmp_path: Path):
    (tmp_path / "empty.txt").write_text("\n  \n")
    with pytest.raises(LoadError, match="has no text"):
        read_texts(str(tmp_path / "empty.txt"))


def test_a_corpus_in_another_encoding_is_told(tmp_path: Path):
    (tmp_path / "latin.txt").write_bytes("Umsätze".encode("latin-1"))
    with pytest.raises(LoadError, match="is not UTF-8"):
        read_texts(str(tmp_path / "latin.txt"))


def test_a_graph_without_metrics_is_told(tmp_path: Path):
    with pytest.raises(LoadError, match="has no labels"):
        read_labels(tmp_path / "metrics.json")


def test_a_key_is_not_shown_to_everybody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOME_KEY", "secret")
    assert "x-api-key" in key_headers("SOME_KEY", "https://example.org")
    assert "x-api-key" not in key_headers("OTHER_KEY", "http://example.org")
    with pytest.raises(LoadError, match="use https"):
        key_headers("SOME_KEY", "http://example.org")


def test_a_key_that_is_no_header_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOME_KEY", "schlüssel")
    with pytest.raises(LoadError, match="SOME_KEY cannot be sent"):
        key_headers("SOME_KEY", "https://example.org")


def test_a_function_of_which_the_region_is_not_known_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(LoadError, match="--region"):
        SignedHeaders({}, "http://localhost:8080", "")


def test_a_profile_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(LoadError, match="AWS_PROFILE"):
        SignedHeaders({}, "http://localhost:8080", "eu-west-1")
