"""Twitter Financial News Sentiment (zeroshot, 2022): tweets on stocks, bearish to bullish."""

from pathlib import Path

from train.corpus import Corpus, CorpusError, Example, Source
from train.files import read_bytes, sha256_of
from train.rows import column_rows, decode

NAME = "twitter_financial_news"
LICENCE = "MIT (dataset card); the tweets remain under their platform's terms"
FILE = "sent_train.csv"
VALIDATION_FILE = "sent_valid.csv"
LABELS = {"0": "negative", "1": "positive", "2": "neutral"}  # bearish, bullish, neutral


def read_twitter(data: Path, file: str = FILE) -> Corpus:
    """Read one split, `data`/twitter_financial_news/`file`: the training one unless told.

    The validation split is for evaluation alone: others' figures are measured on it.

    Raises:
        CorpusError: the file is missing, or a row is malformed.
    """
    path = data / NAME / file
    content = read_bytes(path)
    examples: list[Example] = []
    for row in column_rows(decode(content, path), path, ("text", "label")):
        text, label = (cell.strip() for cell in row.cells)
        if not text or label not in LABELS:
            raise CorpusError(f"{path}:{row.line}: write a text, and 0, 1 or 2 as its label.")
        examples.append(Example(text, LABELS[label], NAME))
    source = Source(NAME, LICENCE, len(examples), sha256_of((content,)))
    return Corpus(tuple(examples), (source,))
