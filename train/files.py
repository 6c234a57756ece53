"""Bytes of corpus files."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from train.corpus import CorpusError

FETCH_IT = "fetch it with `make data`"


def read_bytes(path: Path, advice: str = FETCH_IT) -> bytes:
    """The content of `path`.

    Raises:
        CorpusError: there is no such file, or it cannot be read; the sentence ends in `advice`.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path} cannot be read ({error.strerror}): {advice}.") from error


def sha256_of(contents: Iterable[bytes]) -> str:
    """SHA-256, in hex, of the contents one after the other."""
    digest = sha256()
    for content in contents:
        digest.update(content)
    return digest.hexdigest()
