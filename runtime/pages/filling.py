"""Fills the model and the settings into the page's files, which are otherwise sent as they lie."""

import html
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Template

import msgspec

from runtime.model import Model
from runtime.pages.about import read_about
from runtime.pages.colours import colours_of
from runtime.settings import Settings

_FOLDER = Path(__file__).parent

_SENTIMENTS = {"negative", "neutral", "positive"}
_SENTIMENT = (
    "How does the news sound?",
    "One line of financial news in, one label out: negative, neutral or positive, with how sure the"
    " model is and which words decided.",
)
_EXAMPLES = (
    "Operating profit fell to EUR 35.4 mn from EUR 68.8 mn",
    "Net sales rose by 5 % to EUR 131 mn",
    "The annual general meeting will be held in Helsinki in April",
    "The chip maker raised its dividend after a record quarter",
    "Sales rose, but the operating margin shrank to 3 %",
)
_LABELS_IN_LEAD = 6


class _Config(msgspec.Struct):
    """What the script has to know of the service."""

    labels: Sequence[str]
    examples: Sequence[str]
    key: bool
    texts: int
    characters: int
    bytes: int


def source(name: str, model: Model) -> str:
    """Return what one of the page's files holds; the style sheet with the labels' colours."""
    text = (_FOLDER / name).read_text("utf-8")
    return text + "".join(_rules(model)) if name == "page.css" else text


def page(model: Model, settings: Settings, digests: Mapping[str, str]) -> str:
    """Return the page.

    Args:
        model: whose labels, examples and accuracy it tells.
        settings: the limits of requests, and whether they need a key.
        digests: of the files that the page loads, by their names.
    """
    about = read_about(model.metadata)
    usual = _SENTIMENTS.issuperset(label.lower() for label in model.labels)
    config = _Config(
        labels=model.labels,
        examples=about.examples or (_EXAMPLES if usual else ()),
        key=settings.api_key is not None,
        texts=settings.max_texts,
        characters=settings.max_text_characters,
        bytes=settings.max_body_bytes,
    )
    heading, lead = _SENTIMENT if usual else ("Which label fits?", _lead(model.labels))
    return Template(source("index.html", model)).substitute(
        {name.replace(".", "_"): digest for name, digest in digests.items()},
        heading=heading,
        lead=html.escape(lead),
        config=_json_in_html(config),
        key=source("key.html", model) if config.key else "",
        version=html.escape(model.version),
        quality="" if about.accuracy is None else _quality(about.accuracy),
        texts=f"{config.texts:,}",
        characters=f"{config.characters:,}",
    )


def _lead(labels: Sequence[str]) -> str:
    named = ", ".join(labels[:_LABELS_IN_LEAD])
    rest = len(labels) - _LABELS_IN_LEAD
    more = f" and {rest} more" if rest > 0 else ""
    return f"A text in, one label out: {named}{more}. With how sure the model is, and why."


def _quality(accuracy: float) -> str:
    return f", right on {accuracy:.0%} of texts that it had not seen (cross-validation)"


def _json_in_html(config: _Config) -> str:
    """Encode for a script element, whose end is found before its content is understood."""
    return msgspec.json.encode(config).decode().replace("<", r"\u003c")


def _rules(model: Model) -> Iterator[str]:
    """Yield the style sheet's rule for each label; the script names labels by their position."""
    chosen = read_about(model.metadata).colours
    for position, (label, colour) in enumerate(
        zip(model.labels, colours_of(model.labels), strict=True)
    ):
        if label in chosen:
            painted = f"--colour: {chosen[label]}"
        else:
            painted = f"--hue: {colour.hue}; --chroma: {colour.chroma}; --deep: {colour.deep:d}"
        yield f".label-{position} {{ {painted} }}\n"
