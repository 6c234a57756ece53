"""Sentences without labels: a teacher labels them, and the network learns from its answers."""

import gzip
import logging
import re
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from tqdm import tqdm

from train.chance import draw
from train.corpus import CorpusError, Source
from train.files import read_bytes, sha256_of
from train.holdout import held_out_keys, is_held_out

FOLDER = "unlabeled"
SUFFIX = ".txt.gz"
TERMS: Mapping[str, str] = {
    "fed_beige_book": "published by the US Federal Reserve",
    "reuters21578": "for research purposes only",
    "uci_news_business_headlines": "CC BY 4.0, as its page at the UCI repository says",
}
_OWN_TERMS = "as its owner states"
_WORDS = range(5, 41)  # of a sentence; shorter ones say nothing, longer ones are tables and lists

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unlabeled:
    """One sentence, and the name of the source that it is from."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class UnlabeledCorpus:
    """Sentences, and the sources that they were read from; a source's rows are those taken."""

    sentences: tuple[Unlabeled, ...]
    sources: tuple[Source, ...]


def read_unlabeled(
    data: Path, *, per_file: Mapping[str, int], seed: int, training: Collection[str] = ()
) -> UnlabeledCorpus:
    """Sample the sentences of `data`/unlabeled/*.txt.gz: UTF-8, one a line, gzip.

    A source is called as its file is, less ".txt.gz" and "_sentences". Which of its sentences are
    taken depends on the seed and each sentence alone: a file that grows keeps nearly all of its
    sample, and a greater number takes the same sentences and more.

    Args:
        data: folder of the corpora. Without sentences in it there is one line in the log.
        per_file: the most sentences to take, by source; none is taken of other sources.
        seed: of the sample.
        training: texts that are trained on: no sentence is taken that equals one but for case,
            blanks and punctuation, nor one that is held out, nor one twice.

    Raises:
        CorpusError: a file cannot be read, is damaged, or is not UTF-8.
    """
    files = {_name(path): path for path in sorted((data / FOLDER).glob(f"*{SUFFIX}"))}
    wanted = [name for name, count in per_file.items() if count > 0]
    if missing := [name for name in wanted if name not in files]:
        _log.info(
            "%s lacks %s: the network learns from fewer sentences, which costs up to 5 points of"
            " accuracy (docs/data.md).",
            data / FOLDER,
            ", ".join(missing),
        )
    seen = {_letters(text) for text in training}
    sentences: list[Unlabeled] = []
    sources: list[Source] = []
    for name in wanted:
        if name in files:
            content = read_bytes(files[name], "make it readable, or take it away")
            lines = sorted(set(_lines(content, files[name])), key=lambda text: draw(seed, text))
            taken = _take(lines, per_file[name], seen)
            sentences += [Unlabeled(text, name) for text in taken]
            terms = f"{TERMS.get(name, _OWN_TERMS)} (unlabelled, for distillation)"
            sources.append(Source(name, terms, len(taken), sha256_of((content,))))
    return UnlabeledCorpus(tuple(sentences), tuple(sources))


def _name(path: Path) -> str:
    return path.name.removesuffix(SUFFIX).removesuffix("_sentences")


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _take(sentences: list[str], count: int, seen: set[str]) -> list[str]:
    """Take the first `count` that are not held out and not `seen`, and add them to `seen`."""
    keys = held_out_keys()
    taken: list[str] = []
    for text in sentences:
        if len(taken) == count:
            break
        letters = _letters(text)
        if letters not in seen and not is_held_out(text, keys):
            seen.add(letters)
            taken.append(text)
    return taken


def _lines(content: bytes, path: Path) -> Iterator[str]:
    """The lines of the right length, each blank a single one."""
    number = 0
    try:
        with gzip.open(BytesIO(content)) as lines:
            for number, line in enumerate(  # noqa: B007  # a refusal names it
                tqdm(lines, desc=path.name, unit="line", delay=2, leave=False), start=1
            ):
                words = line.decode("utf-8-sig").split()
                if len(words) in _WORDS:
                    yield " ".join(words)
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}:{number}: save the file as UTF-8, this line is not.") from error
    except (EOFError, OSError, zlib.error) as error:
        raise CorpusError(
            f"{path}: pack its sentences with gzip anew, the file is damaged ({error})."
        ) from error
