"""Reads the model file and holds it against the checksum that lies beside it."""

import hashlib
from pathlib import Path


class ModelError(Exception):
    """The model cannot be served; the message is one sentence that says what to do."""


def read_verified(path: Path) -> bytes:
    """Read a model file whose SHA-256 is the one in `<path>.sha256` (`sha256sum`'s format).

    The bytes are returned, not checked in place, so that what is loaded is what was checked.

    Raises:
        ModelError: either file is missing or unreadable, or the two do not belong together.
    """
    content = _read(path, "set FINTONE_MODEL, or build it with `make train export`")
    checksum_path = path.with_name(path.name + ".sha256")
    checksum = _read(checksum_path, f"write it with `sha256sum {path.name} > {checksum_path.name}`")
    recorded = checksum.split(maxsplit=1)[0].decode("ascii", "replace") if checksum.strip() else ""
    if recorded.lower() != hashlib.sha256(content).hexdigest():
        raise ModelError(
            f"{path} does not have the SHA-256 that {checksum_path.name} records: it was cut off"
            " or changed, so restore both files or build them with `make export`."
        )
    return content


def _read(path: Path, remedy: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ModelError(f"{path} cannot be read ({reason}): {remedy}.") from None
    except ValueError:  # a NUL in the path
        raise ModelError(f"{str(path)!r} is not a file name: {remedy}.") from None
