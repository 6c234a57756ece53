"""A user's own labelled texts, out of a CSV file."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from train.corpus import Corpus, CorpusError, Example, Source
from train.files import read_bytes, sha256_of
from train.rows import column_rows, csv_rows, decode

LEAST_TEXTS = 10
_DELIMITERS = (",", ";", "\t", "|")
_LICENCE = "as its owner states"


def read_table(path: Path, text_column: str, label_column: str) -> Corpus:
    """Read the texts and labels of a CSV file: UTF-8, with a header, any labels, any language.

    Cells are parted by a comma, semicolon, tab or "|". Labels lose white space at both ends.

    Raises:
        CorpusError: the file cannot be read or decoded, a column is missing, a row is ragged, a
            text or label is empty, or `require_classes` refuses the examples.
    """
    if text_column == label_column:
        raise CorpusError(
            f'Name two columns with --text-column and --label-column: both are "{text_column}".'
        )
    content = read_bytes(path, "name a CSV file with --csv")
    text = decode(content, path)
    delimiter = _delimiter(text, path, (text_column, label_column))
    rows = column_rows(text, path, (text_column, label_column), delimiter)
    examples = tuple(
        _example(row.cells, (text_column, label_column), path, row.line)
        for row in tqdm(rows, desc=path.name, unit="row", delay=2, leave=False)
    )
    require_classes(examples, str(path))
    source = Source(path.name, _LICENCE, len(examples), sha256_of((content,)))
    return Corpus(examples, (source,))


def require_classes(examples: Sequence[Example], where: str) -> None:
    """Refuse examples that nothing can be learned from; `where` opens the sentence.

    Raises:
        CorpusError: there are fewer than two labels, or fewer than `LEAST_TEXTS` different texts
            with one of them.
    """
    texts = {(example.label, " ".join(example.text.split())) for example in examples}
    counts = Counter(label for label, _ in texts)
    if not counts:
        raise CorpusError(f"{where}: add labelled texts, there are none.")
    if len(counts) == 1:
        (label,) = counts
        raise CorpusError(f'{where}: add texts of a second class, all there are have "{label}".')
    label, count = min(counts.items(), key=lambda item: (item[1], item[0]))
    if count < LEAST_TEXTS:
        raise CorpusError(
            f'{where}: class "{label}" has {count} different text{"s" * (count != 1)}: add some, it'
            f" takes at least {LEAST_TEXTS}, or leave the class out."
        )


def _delimiter(text: str, path: Path, columns: Sequence[str]) -> str:
    """The delimiter whose header has the columns; failing that, the one that parts it most."""

    def fitness(delimiter: str) -> tuple[bool, int]:
        header = _header(text, path, delimiter)
        return header.issuperset(columns), len(header)

    return max(_DELIMITERS, key=fitness)


def _header(text: str, path: Path, delimiter: str) -> frozenset[str]:
    try:
        first = next(csv_rows(text, path, delimiter), None)
    except CorpusError:  # quoted cells that another delimiter parts
        return frozenset()
    return frozenset(name.strip() for name in first.cells) if first else frozenset()


def _example(cells: Sequence[str], columns: Sequence[str], path: Path, line: int) -> Example:
    for cell, column in zip(cells, columns, strict=True):
        if not cell.strip():
            raise CorpusError(f'{path}:{line}: fill in column "{column}", it is empty.')
    text, label = cells
    return Example(text, label.strip(), path.name)
