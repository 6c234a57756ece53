"""Financial PhraseBank v1.0 (Malo et al. 2014), in its original files or as Kaggle's copy."""

from collections.abc import Iterator
from pathlib import Path

from train.corpus import Corpus, CorpusError, Example, Source
from train.files import read_bytes, sha256_of
from train.kaggle import FILE as KAGGLE_FILE
from train.kaggle import kaggle_rows
from train.mojibake import repair

NAME = "financial_phrasebank"
LICENCE = "CC BY-NC-SA 3.0 (non-commercial)"
LABELS = ("negative", "neutral", "positive")
# Each file is a subset of the one before, so the last that has a row tells its agreement in %.
AGREEMENT_FILES = {
    50: "Sentences_50Agree.txt",
    66: "Sentences_66Agree.txt",
    75: "Sentences_75Agree.txt",
    100: "Sentences_AllAgree.txt",
}


def read_phrasebank(data: Path) -> Corpus:
    """Read `data`/financial_phrasebank, its texts repaired (train/mojibake.py).

    The examples are the rows of the 50 % file, each with its agreement, and the source's SHA-256
    is that of the four files in the order of `AGREEMENT_FILES`. Only where the 50 % file is missing
    and `all-data.csv` is there, that one is read instead, without agreement.

    Raises:
        CorpusError: a file is missing, or a row is malformed.
    """
    folder = data / NAME
    original = folder / AGREEMENT_FILES[50]
    copy = folder / KAGGLE_FILE
    if copy.is_file() and not original.is_file():
        return _read_copy(copy)
    paths = {level: folder / name for level, name in AGREEMENT_FILES.items()}
    contents = {level: read_bytes(path) for level, path in paths.items()}
    agreement: dict[tuple[str, str], int] = {}
    for level, content in contents.items():
        agreement.update(dict.fromkeys(_rows(content, paths[level]), level))
    examples = tuple(
        Example(repair(text), label, NAME, agreement[text, label])
        for text, label in _rows(contents[50], original)
    )
    source = Source(NAME, LICENCE, len(examples), sha256_of(contents.values()))
    return Corpus(examples, (source,))


def _read_copy(path: Path) -> Corpus:
    content = read_bytes(path)
    examples = tuple(
        Example(repair(text), label, NAME) for text, label in kaggle_rows(content, path, LABELS)
    )
    return Corpus(examples, (Source(NAME, LICENCE, len(examples), sha256_of((content,))),))


def _rows(content: bytes, path: Path) -> Iterator[tuple[str, str]]:
    # Not str.splitlines(): to it, the latin-1 character U+0085 ends a line.
    for number, line in enumerate(content.decode("latin-1").split("\n"), start=1):
        if not line.strip():
            continue
        text, _, label = line.rpartition("@")
        if not text.strip() or label.strip() not in LABELS:
            raise CorpusError(
                f"{path}:{number}: write the line as sentence@label, the label one of"
                f" {', '.join(LABELS)}."
            )
        yield text.strip(), label.strip()
