"""The texts that are sent: a short list of our own, or a file."""

from pathlib import Path

from load.errors import LoadError

_HEADLINES = Path(__file__).with_name("headlines.txt")


def read_texts(path: str) -> tuple[str, ...]:
    """Read texts, one a line; blank lines are left out.

    Args:
        path: a file in UTF-8; empty for our own headlines.

    Raises:
        LoadError: the file cannot be read, or has no text.
    """
    file = Path(path) if path else _HEADLINES
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        reason = f"{path} cannot be read ({error.strerror}): name another file with --corpus."
        raise LoadError(reason) from None
    except UnicodeDecodeError:
        raise LoadError(f"{path} is not UTF-8: convert it, and name it with --corpus.") from None
    texts = tuple(line.strip() for line in lines if line.strip())
    if not texts:
        raise LoadError(f"{path} has no text: write one a line, or leave --corpus out.")
    return texts
