"""The folder of files that training hands to the export."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import joblib
import keras
from matplotlib.figure import Figure

from train.plots import write_svg
from train.vectorizer import TokenIdVectorizer


def write_artifacts(
    directory: Path,
    *,
    vectorizer: TokenIdVectorizer,
    network: keras.Model,
    texts: Sequence[str],
    metrics: Mapping[str, object],
    plots: Mapping[str, Figure],
) -> None:
    """Write what was trained, and what is known of it.

    Args:
        directory: made where it is missing; files of an earlier training are replaced.
        vectorizer: fitted, to ``vectorizer.joblib``.
        network: token ids → probabilities, to ``network.keras``.
        texts: the training texts, on which the export proves its graph, to ``texts.json``.
        metrics: labels, sources and figures, to ``metrics.json``.
        plots: figures by name, to ``plots/NAME.svg``.

    Raises:
        OSError: a file cannot be written.
    """
    (directory / "plots").mkdir(parents=True, exist_ok=True)
    joblib.dump(vectorizer, directory / "vectorizer.joblib")
    network.save(directory / "network.keras")
    _write_json(directory / "texts.json", texts)
    _write_json(directory / "metrics.json", metrics)
    for name, figure in plots.items():
        write_svg(figure, directory / "plots" / f"{name}.svg")


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
