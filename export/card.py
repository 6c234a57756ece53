"""The model card: what the model is, what it was trained on, and how far to trust it."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from string import Template
from typing import Any

from export.artifacts import Artifacts
from export.verify import TOLERANCE, Parity


def render_card(
    artifacts: Artifacts, *, version: str, sha256: str, size: int, parity: Mapping[str, Parity]
) -> str:
    """Return the card as Markdown.

    Args:
        artifacts: what was exported.
        version: the graph's ``model_version``.
        sha256: of the graph's file, in hex digits.
        size: of the graph's file, in bytes.
        parity: what was compared, by name.

    Raises:
        KeyError: training has left out a figure that the card needs.
    """
    metrics = artifacts.metrics
    judged, training = metrics["cross_validation"], metrics["training"]
    return Template(files("export").joinpath("model_card.md").read_text("utf-8")).substitute(
        metrics["calibration"],
        **training["dropped"],
        version=version,
        sha256=sha256,
        size=f"{size / 1e6:.1f}",
        labels=_listed(artifacts.labels),
        columns=", ".join(f"`{label}`" for label in artifacts.labels),
        class_count=len(artifacts.labels),
        words=f"{training['words']:,}",
        pairs=f"{training['pairs']:,}",
        parameters=f"{training['parameters']:,}",
        texts=f"{training['texts']:,}",
        seed=training["seed"],
        commit=_commit(training.get("commit")),
        epochs=training["epochs"],
        folds=judged["folds"],
        accuracy_sd=judged["accuracy_sd"],
        macro_f1_sd=judged["macro_f1_sd"],
        sources=_sources(metrics["trained_on"], metrics.get("distilled_on", ())),
        licence=_licence((*metrics["trained_on"], *metrics.get("distilled_on", ()))),
        figures=_figures(judged["sources"]),
        classes=_classes(judged["overall"]["classes"]),
        tolerance=f"{TOLERANCE:g}",
        parity=_parity(parity),
    )


def _commit(commit: str | None) -> str:
    return f"commit `{commit}`" if commit else "a copy of the code that is no git repository"


def _sources(labelled: Sequence[Mapping[str, Any]], unlabelled: Sequence[Mapping[str, Any]]) -> str:
    tables = [_source_table("Corpus", labelled)]
    if unlabelled:
        tables += [
            "These lent sentences without labels; a teacher labelled them for distillation:",
            _source_table("Source", unlabelled),
        ]
    return "\n\n".join(tables)


def _source_table(title: str, sources: Sequence[Mapping[str, Any]]) -> str:
    return _table(
        (title, "Licence", "Rows", "SHA-256"),
        (
            (source["name"], source["licence"], f"{source['rows']:,}", f"`{source['sha256']}`")
            for source in sources
        ),
    )


def _licence(sources: Sequence[Mapping[str, Any]]) -> str:
    restricted = _under("non-commercial", sources)
    research = _under("research purposes only", sources)
    if restricted:
        sentences = [f"**This model is for non-commercial use**, because of {_listed(restricted)}."]
    else:
        sentences = [
            "No corpus of this model says that it is for non-commercial use only: the"
            " non-commercial licence of Financial PhraseBank does not apply."
        ]
    if research:
        sentences.append(f"The terms of {_listed(research)} allow use for research purposes only.")
    return " ".join(sentences)


def _under(terms: str, sources: Sequence[Mapping[str, Any]]) -> list[str]:
    return [source["name"] for source in sources if terms in source["licence"]]


def _figures(sources: Mapping[str, Mapping[str, Any]]) -> str:
    rows = []
    for name, source in sources.items():
        for level, figures in {"all": source, **source["agreement"]}.items():
            low, high = figures["macro_f1_interval"]
            macro_f1 = f"{figures['macro_f1']:.3f} ({low:.3f} to {high:.3f})"
            accuracy, ece = f"{figures['accuracy']:.3f}", f"{figures['ece']:.3f}"
            rows.append((name, level, figures["rows"], accuracy, macro_f1, ece))
    header = ("Corpus", "Annotators agree", "Texts", "Accuracy", "Macro-F1 (95 %)", "ECE")
    return _table(header, rows)


def _classes(classes: Sequence[Mapping[str, Any]]) -> str:
    return _table(
        ("Class", "Texts", "Precision", "Recall", "F1"),
        (
            (
                figures["label"],
                figures["support"],
                *(f"{figures[name]:.3f}" for name in ("precision", "recall", "f1")),
            )
            for figures in classes
        ),
    )


def _parity(parity: Mapping[str, Parity]) -> str:
    return _table(
        ("Texts", "Number", "Greatest difference"),
        (
            (name, f"{found.texts:,}", f"{found.max_difference:.1e}")
            for name, found in parity.items()
        ),
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    # Labels and file names are the user's own: keep them from ending a cell or a row.
    return " ".join(str(value).replace("|", "\\|").split())


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
