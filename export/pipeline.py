"""The whole export: convert, fuse, prove equal, write."""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from onnx import ModelProto

from export.adversarial import ADVERSARIAL
from export.artifacts import Artifacts, read_artifacts
from export.card import render_card
from export.fuse import fuse
from export.network import convert_network
from export.unicode import every_character, random_mixtures
from export.vectorizer import convert_vectorizer
from export.verify import Parity, Verifier

MODEL = "sentiment.onnx"

_MIXTURES = 20_000
_log = logging.getLogger(__name__)


def export(artifacts: Path, out: Path) -> None:
    """Turn trained artifacts into ``sentiment.onnx`` with its checksum, card and metrics.

    Nothing is written before the graph is proven equal to scikit-learn and Keras.

    Args:
        artifacts: the folder that ``make train`` wrote.
        out: folder for the graph; made where it is missing.

    Raises:
        ArtifactError: the artifacts are missing or damaged.
        ParityError: the graph differs from what it was made from.
        OSError: a file cannot be written.
    """
    _log.info("1/4 read %s", artifacts)
    trained = read_artifacts(artifacts)
    _log.info("2/4 convert and fuse")
    model = build(trained)
    _log.info("3/4 prove it equal to scikit-learn and Keras")
    parity = prove(model, trained)
    _log.info("4/4 write %s", out / MODEL)
    _write(out, model, trained, parity)


def build(trained: Artifacts) -> ModelProto:
    """Convert vectorizer and network, and fuse them into one graph that carries its metadata."""
    metrics = trained.metrics
    return fuse(
        convert_vectorizer(trained.vectorizer),
        convert_network(trained.network),
        trained.labels,
        {
            "trained_on": metrics["trained_on"],
            "metrics": {
                "cross_validation": metrics["cross_validation"],
                "calibration": metrics["calibration"],
            },
        },
    )


def prove(model: ModelProto, trained: Artifacts) -> dict[str, Parity]:
    """Compare the graph with what it was made from, on four kinds of texts.

    Raises:
        ParityError: they differ.
    """
    verifier = Verifier(model, trained.vectorizer, trained.network, trained.labels)
    words = list(trained.vectorizer.word_ids_)
    kinds = {
        "training texts": trained.texts,
        "adversarial texts": ADVERSARIAL,
        "random mixtures of words and Unicode": random_mixtures(words, _MIXTURES),
        "every Unicode character in context": every_character(),
    }
    return {title: verifier.verify(texts, title) for title, texts in kinds.items()}


def _write(out: Path, model: ModelProto, trained: Artifacts, parity: Mapping[str, Parity]) -> None:
    graph = model.SerializeToString(deterministic=True)
    sha256 = hashlib.sha256(graph).hexdigest()
    version = next(entry.value for entry in model.metadata_props if entry.key == "model_version")
    facts = {
        "model_version": version,
        "sha256": sha256,
        "bytes": len(graph),
        "parity": {title: asdict(found) for title, found in parity.items()},
    }
    card = render_card(trained, version=version, sha256=sha256, size=len(graph), parity=parity)
    metrics = json.dumps({**trained.metrics, "graph": facts}, ensure_ascii=False, indent=2)
    out.mkdir(parents=True, exist_ok=True)
    (out / MODEL).write_bytes(graph)
    (out / f"{MODEL}.sha256").write_text(f"{sha256}  {MODEL}\n", encoding="utf-8")
    (out / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    (out / "metrics.json").write_text(f"{metrics}\n", encoding="utf-8")
