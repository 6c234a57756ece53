"""CSV files row by row, each with the line it starts on."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from train.corpus import CorpusError

# The module's own limit of 128 kB a field is no limit of ours; a C long is 32 bits on Windows.
_FIELD_SIZE_LIMIT = 2**31 - 1


class Row(NamedTuple):
    """The cells of a row, and the line of the file (from 1) on which it starts."""

    line: int
    cells: list[str]


def decode(content: bytes, path: Path) -> str:
    """`content` as UTF-8, with or without a byte order mark.

    Raises:
        CorpusError: it is not UTF-8, or it holds a NUL character; names the line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec leaves the byte order mark out of `error.object`; it ends no line.
        line = len((error.object[: error.start] + b"x").splitlines())
        raise CorpusError(f"{path}:{line}: save the file as UTF-8, this line is not.") from error
    nul = content.find(b"\0")
    if nul >= 0:
        line = len((content[:nul] + b"x").splitlines())
        raise CorpusError(f"{path}:{line}: remove the NUL character, or save the file as UTF-8.")
    return text


def csv_rows(text: str, path: Path, delimiter: str = ",") -> Iterator[Row]:
    """Read CSV `text`; blank lines are left out.

    Raises:
        CorpusError: a quotation mark is out of place or never closed; names the line.
    """
    csv.field_size_limit(_FIELD_SIZE_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if len(cells) > 1 or "".join(cells).strip():
                yield Row(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise CorpusError(
            f"{path}:{line}: close the quotation marks of this row, and double those inside a"
            f" cell ({error})."
        ) from error


def column_rows(
    text: str, path: Path, columns: Sequence[str], delimiter: str = ","
) -> Iterator[Row]:
    """Read a CSV `text` with a header; each row's cells are those of `columns`, in that order.

    Raises:
        CorpusError: there is no header, a column is missing or twice there, or a row has more or
            fewer cells than the header; names the line.
    """
    rows = csv_rows(text, path, delimiter)
    header = next(rows, None)
    if header is None:
        raise CorpusError(f"{path}:1: the file is empty: give it a header and rows.")
    names = [name.strip() for name in header.cells]
    for column in columns:
        if names.count(column) != 1:
            fault = "is missing, name one of" if column not in names else "is there twice, among"
            raise CorpusError(
                f'{path}:{header.line}: column "{column}" {fault} {", ".join(names)}.'
            )
    positions = [names.index(column) for column in columns]
    for row in rows:
        if len(row.cells) != len(names):
            raise CorpusError(
                f"{path}:{row.line}: give the row {len(names)} cells like the header, it has"
                f" {len(row.cells)}."
            )
        yield Row(row.line, [row.cells[position] for position in positions])
