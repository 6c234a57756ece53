"""Arrays on disk that may be computed again: written whole or not at all, and bounded in size."""

import io
import os
import shutil
from collections.abc import Collection, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

_DIGEST_BYTES = sha256().digest_size


def write_arrays(path: Path, arrays: Sequence[Array]) -> None:
    """Write arrays to a file, their SHA-256 first; whoever stops this leaves what was there before.

    Raises:
        OSError: the file cannot be written.
    """
    buffer = io.BytesIO()
    np.savez(buffer, *arrays)
    content = buffer.getbuffer()
    path.parent.mkdir(parents=True, exist_ok=True)
    # The number of the process keeps two trainings apart that work on the same thing.
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with partial.open("wb") as file:
        file.write(sha256(content).digest())
        file.write(content)
    partial.replace(path)


def read_arrays(path: Path) -> list[Array] | None:
    """Read what `write_arrays` wrote; None where there is nothing, or something else by now."""
    try:
        stored = path.read_bytes()
    except OSError:
        return None
    content = memoryview(stored)[_DIGEST_BYTES:]
    if sha256(content).digest() != stored[:_DIGEST_BYTES]:
        return None
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return [arrays[f"arr_{index}"] for index in range(len(arrays.files))]


def prune(folder: Path, used: Collection[Path], limit: int) -> None:
    """Mark the folders that were used, and remove the ones unused for longest beyond `limit` bytes.

    Args:
        folder: its subfolders are the entries.
        used: entries that stay, whatever their size.
        limit: what all entries together may take, in bytes.
    """
    for entry in used:
        os.utime(entry)
    entries = sorted(folder.iterdir(), key=lambda entry: (entry in used, entry.stat().st_mtime))
    sizes = [sum(file.stat().st_size for file in entry.iterdir()) for entry in entries]
    total = sum(sizes)
    for entry, size in zip(entries, sizes, strict=True):
        if total <= limit or entry in used:
            return
        shutil.rmtree(entry, ignore_errors=True)  # another training may be removing it too
        total -= size
