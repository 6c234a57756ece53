"""What experiments found, kept as JSON: a run that was stopped goes on where it was."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

import train
from train.files import sha256_of


@dataclass(frozen=True, slots=True)
class Judged:
    """What a recipe's cross-validation found.

    Attributes:
        recipe: the name of the recipe that was the first to ask.
        code: that found it; see `code_digest`.
        seconds: how long it took.
        epochs: that were best on the texts held out; 0 where there was no choice.
        texts: that were learnt from, mean over the folds.
        logits: for each text by the model that has not seen it, ``[N][C]``.
    """

    recipe: str
    code: str
    seconds: float
    epochs: int
    texts: int
    logits: list[list[float]]


@dataclass(frozen=True, slots=True)
class Answered:
    """What a model that has learnt from all texts says of others: logits, ``[N][C]``."""

    recipe: str
    code: str
    seconds: float
    logits: list[list[float]]


Outcome = TypeVar("Outcome", Judged, Answered)


class Cache:
    """Outcomes in a folder, each under a key that names all it depends on.

    Args:
        folder: made with the first outcome.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, kind: type[Outcome], key: str) -> Outcome | None:
        """Return an outcome; None where there is none, or it is damaged."""
        try:
            return msgspec.json.decode(self._path(key).read_bytes(), type=kind)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def write(self, outcome: Judged | Answered, key: str) -> None:
        """Keep an outcome.

        Raises:
            OSError: the file cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = self._path(key).with_suffix(".partial")
        partial.write_bytes(msgspec.json.encode(outcome))
        partial.replace(self._path(key))

    def forget(self, key: str) -> None:
        """Drop an outcome, if there is one."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"


def code_digest() -> str:
    """Return a digest of the code that trains: an outcome of other code is worth a second look.

    It is no part of the keys, or each comment would cost hours.
    """
    files = sorted(Path(train.__file__).parent.glob("*.py"))
    return sha256_of(file.read_bytes() for file in files)[:12]
