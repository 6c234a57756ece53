"""The corpora that are known by name, and the folder in which they lie."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from train import phrasebank, sentfin, twitter
from train.corpus import Corpus, CorpusError
from train.holdout import split

READERS: Mapping[str, Callable[[Path], Corpus]] = {
    phrasebank.NAME: phrasebank.read_phrasebank,
    sentfin.NAME: sentfin.read_sentfin,
    twitter.NAME: twitter.read_twitter,
}
_REPOSITORY = Path(__file__).resolve().parent.parent
_USUAL_FOLDERS = (_REPOSITORY / "data", _REPOSITORY.parent / "shared" / "data")


def find_data(argument: Path | None, usual: Sequence[Path] = _USUAL_FOLDERS) -> Path:
    """The folder of corpora: `argument` if given, else the first of `usual` that exists.

    Raises:
        CorpusError: there is no such folder.
    """
    for folder in usual if argument is None else (argument,):
        if folder.is_dir():
            return folder
    where = "data/" if argument is None else f"{argument}"
    raise CorpusError(
        f"There is no folder {where}: fetch the corpora with `make data`, name their folder with"
        " --data DIR (make: DATA=DIR), or train on your own table with --csv FILE."
    )


def read_corpora(data: Path, names: Sequence[str] | None = None) -> Corpus:
    """Read the corpora called `names` (keys of `READERS`; all, if None) from `data`, in turn.

    Raises:
        CorpusError: a name is unknown or given twice, a corpus is not there, or it is malformed.
    """
    names = tuple(READERS) if names is None else tuple(names)
    unknown = [name for name in names if name not in READERS]
    if unknown or not names or len(set(names)) < len(names):
        raise CorpusError(
            f"Name each corpus once, out of {', '.join(READERS)}, instead of"
            f" {', '.join(unknown or names) or 'none'}."
        )
    if missing := [name for name in names if not (data / name).is_dir()]:
        there = ",".join(_present(data))
        without = f", or do without: --sources {there}" * bool(there)
        raise CorpusError(
            f"{data} lacks {', '.join(missing)}: fetch what is missing with `make data`{without}."
        )
    return _joined([READERS[name](data) for name in names])


def read_held_out(data: Path, names: Sequence[str] | None = None) -> Corpus:
    """Read what no training sees, of the corpora called `names`: if None, all that `data` has.

    That is the held-out sentences, and the validation split of the tweets. There may be none.

    Raises:
        CorpusError: as `read_corpora`.
    """
    names = _present(data) if names is None else names
    if not names:
        return _joined([])
    parts = [split(read_corpora(data, names))[1]]
    if twitter.NAME in names and (data / twitter.NAME / twitter.VALIDATION_FILE).is_file():
        parts.append(twitter.read_twitter(data, twitter.VALIDATION_FILE))
    return _joined(parts)


def _present(data: Path) -> tuple[str, ...]:
    return tuple(name for name in READERS if (data / name).is_dir())


def _joined(corpora: Sequence[Corpus]) -> Corpus:
    return Corpus(
        tuple(example for corpus in corpora for example in corpus.examples),
        tuple(source for corpus in corpora for source in corpus.sources),
    )
