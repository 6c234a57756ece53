"""The page to try the service, as it is sent: filled in for the model, strict, small, cached."""

import colorsys
import json
import re
from copy import copy
from itertools import combinations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.model import Model
from runtime.pages import filling
from runtime.pages.about import read_about
from runtime.pages.colours import Colour, colours_of
from runtime.settings import Settings
from tests.runtime import graphs

FILES = ("page.css", "page.js", "icon.svg")
MOST_BYTES = 40_000


def test_it_is_small(client: httpx.Client):
    assert sum(len(client.get(f"/{name}").content) for name in ("", *FILES)) < MOST_BYTES


def test_its_policy_lets_nothing_in(client: httpx.Client):
    page = client.get("/")
    directives = page.headers["content-security-policy"].split("; ")
    assert set(directives) == {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    }
    assert "<style" not in page.text
    assert "http://" not in page.text + client.get("/page.js").text


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("page.css", "text/css; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ],
)
def test_its_files_are_named_by_their_content_and_kept_for_good(
    client: httpx.Client, name: str, media_type: str
):
    address = re.search(rf'"({name}\?\w+)"', client.get("/").text)
    assert address
    file = client.get(f"/{address[1]}")
    assert file.headers["content-type"] == media_type
    assert "immutable" in file.headers["cache-control"]
    again = client.get(f"/{name}", headers={"if-none-match": file.headers["etag"]})
    assert again.status_code == 304


# What it says of the model


def page_of(
    model: Model, metadata: dict[str, str], settings: Settings
) -> tuple[str, dict[str, object]]:
    """The page of a model with other metadata, and what its script is told."""
    other = copy(model)
    other.metadata, other.labels = metadata, tuple(json.loads(metadata["labels"]))
    page = filling.page(other, settings, dict.fromkeys(FILES, "0"))
    config = re.search(r'<script type="application/json" id="config">(.*?)</script>', page)
    assert config
    return page, json.loads(config[1])


def test_the_script_is_told_labels_and_limits(model: Model):
    settings = Settings(max_texts=7, max_text_characters=8, max_body_bytes=900, api_key="k" * 16)
    page, config = page_of(model, graphs.metadata_of(graphs.TWO), settings)
    assert config == {
        "labels": ["bearish", "bullish"],
        "examples": [],
        "key": True,
        "texts": 7,
        "characters": 8,
        "bytes": 900,
    }
    assert "up to 7 texts of 8 characters" in page
    assert "k" * 16 not in page


def test_sentiments_come_with_examples_and_a_title_of_their_own(model: Model):
    page, config = page_of(model, graphs.metadata_of(("Positive", "Negative")), Settings())
    assert "How does the news sound?" in page
    assert config["examples"]


def test_the_model_says_how_often_it_was_right(model: Model):
    metrics = {"cross_validation": {"folds": 5, "overall": {"accuracy": 0.8349, "rows": 9}}}
    metadata = graphs.metadata_of(graphs.TWO) | {"metrics": json.dumps(metrics)}
    page, _ = page_of(model, metadata, Settings())
    assert "Model 0123456789ab, right on 83% of texts that it had not seen" in page


@given(label=st.text(), example=st.text())
def test_no_label_and_no_example_gets_out_of_its_place(model: Model, label: str, example: str):
    labels = ("</script><b>", label or "a") if label != "</script><b>" else ("a", "b")
    metadata = graphs.metadata_of(labels) | {"examples": json.dumps([example])}
    page, config = page_of(model, metadata, Settings())
    assert config["labels"] == list(labels)
    assert config["examples"] == [example]
    assert page.count("</script>") == 2
    assert "<b>" not in page


@pytest.mark.parametrize("value", ["", "{", "[1]", '{"a": "red"}', '{"a": "#0055aa; }"}', '"a"'])
def test_metadata_that_does_not_fit_counts_as_missing(value: str):
    about = read_about({"metrics": value, "colours": value, "examples": value})
    assert (about.accuracy, about.colours, about.examples) == (None, {}, ())


# Colours


def test_sentiments_have_the_colours_that_everybody_knows():
    negative, neutral, positive = colours_of(("negative", "Neutral", "positive"))
    assert _rgb(negative)[0] == max(_rgb(negative))
    assert neutral.chroma < 0.05
    assert _rgb(positive)[1] == max(_rgb(positive))


@given(st.lists(st.text(max_size=3) | st.sampled_from(["negative", "neutral"]), unique=True))
def test_labels_are_told_apart_by_their_colours(labels: list[str]):
    colours = colours_of(labels)
    assert len(colours) == len(labels)
    assert colours == colours_of(labels)
    for one, other in combinations(colours[:24], 2):
        turn = abs(one.hue - other.hue)
        grey = one.chroma != other.chroma
        assert grey or one.deep != other.deep or min(turn, 360 - turn) >= 20


def _rgb(colour: Colour) -> tuple[float, float, float]:
    return colorsys.hls_to_rgb(colour.hue / 360, 0.5, 1)
