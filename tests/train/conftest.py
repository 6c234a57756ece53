"""Small corpora in the public formats, every sentence of them written for these tests."""

import os
from collections.abc import Iterator
from itertools import cycle, product
from pathlib import Path

import pytest

from train.corpus import Example

COMPANIES = ("Northwind", "Alder", "Quillon", "Marrow Bay", "Fjordline", "Tessera", "Oakham")
SENTENCES = {
    "positive": (
        "{company} said its operating profit rose to EUR {number} mn from EUR 4.1 mn .",
        "Orders at {company} grew by {number} % , and the board lifts the dividend .",
        "{company} wins a contract worth $ {number} million for new ferries .",
    ),
    "negative": (
        "{company} swung to a loss of EUR {number} mn as demand for paper collapsed .",
        "Sales of {company} fell by {number} % and 200 employees must go .",
        "The regulator fines {company} $ {number} million over late filings .",
    ),
    "neutral": (
        "{company} holds its general meeting on {number} March in the city hall .",
        "The share capital of {company} consists of {number} million shares .",
        "{company} moves its head office to a building with {number} rooms .",
    ),
}


def written_sentences() -> Iterator[tuple[str, str]]:
    """63 different sentences with their labels, the labels taking turns."""
    numbers = cycle(("5.6", "7", "12.25", "19"))
    for company, position in product(COMPANIES, range(3)):
        for label, sentences in SENTENCES.items():
            yield sentences[position].format(company=company, number=next(numbers)), label


def write_phrasebank(folder: Path) -> None:
    folder.mkdir(parents=True)
    rows = [f"{text}@{label}\r\n" for text, label in written_sentences()]
    for name, count in (("50", 63), ("66", 45), ("75", 30), ("All", 15)):
        content = "".join(rows[:count]).encode("latin-1")
        (folder / f"Sentences_{name}Agree.txt").write_bytes(content)


def write_sentfin(folder: Path) -> None:
    folder.mkdir(parents=True)
    rows = [
        f"{number},\"{text}\",{{'Some company': '{label}'}},9\n"
        for number, (text, label) in enumerate(written_sentences(), start=1)
    ]
    (folder / "SEntFiN.csv").write_text(
        "S No.,Title,Decisions,Words\n" + "".join(rows), encoding="utf-8"
    )


def write_twitter(folder: Path) -> None:
    folder.mkdir(parents=True)
    codes = {"negative": 0, "positive": 1, "neutral": 2}
    rows = [f'"{text} https://example.org",{codes[label]}\n' for text, label in written_sentences()]
    for name in ("sent_train.csv", "sent_valid.csv"):
        (folder / name).write_text("text,label\n" + "".join(rows), encoding="utf-8")


@pytest.fixture(scope="session")
def examples() -> tuple[Example, ...]:
    """The 63 sentences, 21 with each label."""
    return tuple(Example(text, label, "written") for text, label in written_sentences())


@pytest.fixture(scope="session")
def phrasebank_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of data with Financial PhraseBank alone: no text of it is held out."""
    data = tmp_path_factory.mktemp("phrasebank_only")
    write_phrasebank(data / "financial_phrasebank")
    return data


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """A folder as `make data` leaves it, with all three corpora."""
    data = tmp_path / "data"
    write_phrasebank(data / "financial_phrasebank")
    write_sentfin(data / "sentfin")
    write_twitter(data / "twitter_financial_news")
    return data


@pytest.fixture
def neutral_graph(tmp_path: Path) -> Path:
    """A graph of this project's shape that calls every text neutral."""
    import onnx
    from onnx import TensorProto, helper

    always = helper.make_tensor("always", TensorProto.FLOAT, [1, 3], [0.2, 0.6, 0.2])
    nodes = [
        # No text is this one: the encoder stands here to turn N strings into N rows.
        helper.make_node(
            "LabelEncoder",
            ["text"],
            ["row"],
            domain="ai.onnx.ml",
            keys_strings=["\N{REPLACEMENT CHARACTER}"],
            values_int64s=[0],
            default_int64=0,
        ),
        helper.make_node("Gather", ["always", "row"], ["probabilities"]),
        helper.make_node(
            "LabelEncoder",
            ["row"],
            ["label"],
            domain="ai.onnx.ml",
            keys_int64s=[0],
            values_strings=["neutral"],
        ),
    ]
    graph = helper.make_graph(
        nodes,
        "neutral",
        [helper.make_tensor_value_info("text", TensorProto.STRING, ["N"])],
        [
            helper.make_tensor_value_info("label", TensorProto.STRING, ["N"]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["N", 3]),
        ],
        [always],
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 2)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    helper.set_model_props(model, {"labels": '["negative", "neutral", "positive"]'})
    onnx.save(model, tmp_path / "neutral.onnx")
    return tmp_path / "neutral.onnx"


def unmeasured() -> dict[str, str]:
    """The environment without what has coverage look into it: where a program is stopped halfway,
    coverage would add its own words to the program's. It does not judge train/."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COV")}
