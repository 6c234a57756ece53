"""Kaggle's copy of Financial PhraseBank: one file, labels first, no header, no agreement."""

from collections.abc import Collection, Iterator
from pathlib import Path

from train.corpus import CorpusError
from train.rows import csv_rows

FILE = "all-data.csv"


def kaggle_rows(content: bytes, path: Path, labels: Collection[str]) -> Iterator[tuple[str, str]]:
    """Text and label of each row of `all-data.csv` (Kaggle: ankurzing, CC BY-NC-SA 3.0).

    The file is published in a one-byte encoding, and copies that were saved again in UTF-8.

    Raises:
        CorpusError: a row is not `label,text` with one of `labels`; names the line.
    """
    for row in csv_rows(_decode(content), path):
        label, text = row.cells if len(row.cells) == 2 else ("", "")
        if label.strip() not in labels or not text.strip():
            raise CorpusError(
                f"{path}:{row.line}: write the row as label,text, the label one of"
                f" {', '.join(sorted(labels))}."
            )
        yield text.strip(), label.strip()


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # CP1252 is latin-1 where text is concerned; five bytes mean nothing in it.
        return content.decode("cp1252", errors="replace")
