"""The corpora from their public places (`make data`).

Known of these places: their names, and the SHA-256 of the Financial PhraseBank archive, which the
Hugging Face library published (datasets/financial_phrasebank/dataset_infos.json). The other files
carry no published sum; what arrives is accepted if its reader can read it. This was written, and is
tested, without a network: that the addresses answer today is not checked.
"""

import gzip
import logging
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pooch
from requests.exceptions import RequestException

from train import phrasebank, sentfin, twitter, unlabeled
from train.corpus import CorpusError
from train.sources import READERS

NOTICE_FILE = "NOTICE.txt"
_HUB = "https://huggingface.co/datasets"
_TIMEOUT = 30.0  # seconds to connect, and between two pieces of a file


@dataclass(frozen=True, slots=True)
class Remote:
    """Where a corpus is found: `base`/`fetched`, and `files`, what its folder holds afterwards.

    A fetched .zip is unpacked; `sha256` is that of the first fetched file, where it is known.
    """

    corpus: str
    base: str
    fetched: tuple[str, ...]
    files: tuple[str, ...]
    notice: str
    sha256: str | None = None


REMOTES = (
    Remote(
        phrasebank.NAME,
        f"{_HUB}/takala/financial_phrasebank/resolve/main/data",
        ("FinancialPhraseBank-v1.0.zip",),
        tuple(phrasebank.AGREEMENT_FILES.values()),
        "Financial PhraseBank v1.0: Malo, Sinha, Korhonen, Wallenius and Takala, Good debt or bad"
        " debt: detecting semantic orientations in economic texts, JASIST 65(4), 2014.\n"
        "Creative Commons Attribution-NonCommercial-ShareAlike 3.0 Unported:"
        " https://creativecommons.org/licenses/by-nc-sa/3.0/\n",
        "0e1a06c4900fdae46091d031068601e3773ba067c7cecb5b0da1dcba5ce989a6",
    ),
    Remote(
        sentfin.NAME,
        "https://raw.githubusercontent.com/pyRis/SEntFiN/main",
        (sentfin.FILE, "LICENSE"),
        (sentfin.FILE, "LICENSE"),
        "SEntFiN 1.0: Sinha, Kedas, Kumar and Malo, SEntFiN 1.0: entity-aware sentiment analysis"
        " for financial news, JASIST 73(9), 2022.\n"
        "MIT, see LICENSE: https://github.com/pyRis/SEntFiN\n",
    ),
    Remote(
        twitter.NAME,
        f"{_HUB}/zeroshot/twitter-financial-news-sentiment/resolve/main",
        (twitter.FILE, twitter.VALIDATION_FILE),
        (twitter.FILE, twitter.VALIDATION_FILE),
        "Twitter Financial News Sentiment: zeroshot, 2022.\n"
        "MIT, as its card on the Hugging Face hub says; the tweets remain under their platform's"
        " terms: https://huggingface.co/datasets/zeroshot/twitter-financial-news-sentiment\n",
    ),
)

HEADLINES = Remote(
    "uci_news_business_headlines",
    "https://archive.ics.uci.edu/static/public/359",
    ("news+aggregator.zip",),
    ("newsCorpora.csv",),
    "uci_news_business_headlines: the titles of category b, business, of F. Gasparetti's News"
    " Aggregator, UCI Machine Learning Repository, https://doi.org/10.24432/C5F61C.\n"
    "Creative Commons Attribution 4.0 International:"
    " https://creativecommons.org/licenses/by/4.0/\n",
)
_log = logging.getLogger(__name__)


def download(directory: Path, remotes: Sequence[Remote] = REMOTES) -> tuple[Path, ...]:
    """Fetch the corpora that `directory` lacks, a folder each, with a notice of their licence.

    Returns the folders that were filled; those that are whole are left alone. A file appears under
    its name only when all of its corpus has arrived and can be read.

    Raises:
        CorpusError: a place cannot be reached or answers with an error, what came is not the
            corpus, or `directory` cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return tuple(_fill(directory, remote) for remote in remotes if _lacks(directory, remote))
    except OSError as error:
        raise CorpusError(
            f"{directory} cannot be filled ({error.strerror}): name another folder with --data."
        ) from error


def download_headlines(directory: Path, remote: Remote = HEADLINES) -> tuple[Path, ...]:
    """Fetch headlines without labels, unless `directory` has them, for `train.unlabeled`.

    Returns the file that was written, if any. Training can do without: where they cannot be had,
    one line in the log says so.

    Raises:
        OSError: `directory` cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / unlabeled.FOLDER / f"{remote.corpus}{unlabeled.SUFFIX}"
    if path.is_file():
        return ()
    with tempfile.TemporaryDirectory(dir=directory, prefix=".download-") as temporary:
        staged = Path(temporary)
        try:
            _unpack(_fetch(f"{remote.base}/{remote.fetched[0]}", staged, remote.sha256), remote)
            titles = _business_titles(staged / remote.files[0])
        except CorpusError as error:
            _log.warning("%s Training can do without it (docs/data.md).", error)
            return ()
        packed = staged / path.name
        packed.write_bytes(gzip.compress("".join(f"{title}\n" for title in titles).encode()))
        path.parent.mkdir(exist_ok=True)
        packed.replace(path)
        path.with_name(NOTICE_FILE).write_text(remote.notice, encoding="utf-8")
    return (path,)


def _business_titles(table: Path) -> tuple[str, ...]:
    """The different titles of category b; tabs part the columns, and no cell is quoted."""
    text = table.read_text(encoding="utf-8", errors="replace")  # a few titles may be damaged
    rows = (line.split("\t") for line in text.split("\n"))
    titles = (" ".join(row[1].split()) for row in rows if len(row) > 4 and row[4] == "b")
    different = tuple(dict.fromkeys(filter(None, titles)))
    if not different:
        raise CorpusError(f"{table.name} holds no business headlines: fetch them by hand.")
    return different


def _lacks(directory: Path, remote: Remote) -> bool:
    folder = directory / remote.corpus
    return not all((folder / name).is_file() for name in (*remote.files, NOTICE_FILE))


def _fill(directory: Path, remote: Remote) -> Path:
    folder = directory / remote.corpus
    with tempfile.TemporaryDirectory(dir=directory, prefix=".download-") as temporary:
        staged = Path(temporary) / remote.corpus
        staged.mkdir()
        for position, name in enumerate(remote.fetched):
            arrived = _fetch(f"{remote.base}/{name}", staged, None if position else remote.sha256)
            if arrived.suffix == ".zip":
                _unpack(arrived, remote)
        (staged / NOTICE_FILE).write_text(remote.notice, encoding="utf-8")
        _check(Path(temporary), remote)
        folder.mkdir(exist_ok=True)
        for name in (*remote.files, NOTICE_FILE):
            (staged / name).replace(folder / name)
    return folder


def _check(staging: Path, remote: Remote) -> None:
    try:
        READERS[remote.corpus](staging)
    except CorpusError as error:
        raise CorpusError(
            f"What {remote.base} sends cannot be read as {remote.corpus}, put the corpus into its"
            f" folder by hand: {error}"
        ) from error


def _fetch(url: str, folder: Path, sha256: str | None) -> Path:
    pooch.get_logger().setLevel("WARNING")  # its notes on sums are for who writes this module
    downloader = pooch.HTTPDownloader(progressbar=True, timeout=_TIMEOUT)
    name = PurePosixPath(url).name
    try:
        return Path(pooch.retrieve(url, sha256, name, folder, downloader=downloader))
    except RequestException as error:
        answer = "cannot be reached"
        if error.response is not None:
            answer = f"answers with status {error.response.status_code}"
            error.response.close()  # pooch leaves its connection open
        raise CorpusError(
            f"{url} {answer}: check the network, or put the corpus into its folder by hand."
        ) from error
    except ValueError as error:  # pooch's, for another sum
        raise CorpusError(
            f"{url} is not the file it used to be: find one with SHA-256 {sha256}, and put the"
            " corpus into its folder by hand."
        ) from error


def _unpack(archive: Path, remote: Remote) -> None:
    """Put the files of `remote` beside `archive`, whatever their folder in it."""
    try:
        with zipfile.ZipFile(archive) as opened:
            members = {PurePosixPath(name).name: name for name in opened.namelist()}
            for name in remote.files:
                with opened.open(members[name]) as source, (archive.parent / name).open("wb") as to:
                    shutil.copyfileobj(source, to)
    except (zipfile.BadZipFile, KeyError) as error:
        raise CorpusError(
            f"{remote.base}/{archive.name} does not hold {', '.join(remote.files)}: fetch the"
            " corpus by hand."
        ) from error
