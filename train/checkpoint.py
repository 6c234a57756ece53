"""The transformer that a teacher starts from: three files in the layout of the Hugging Face hub."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pooch

WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
FILES = ("config.json", WEIGHTS, TOKENIZER)
WITHOUT = "train without a teacher (--teacher none; make: TEACHER=none)"


class TeacherError(Exception):
    """A teacher cannot be had or trained; the message is one sentence that says what to change."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint on this machine: what to call it, its folder, and a SHA-256 over its files."""

    name: str
    folder: Path
    sha256: str


def open_checkpoint(name: str, folder: Path) -> Checkpoint:
    """Return the checkpoint in a folder.

    Raises:
        TeacherError: it lacks a file.
    """
    digest = sha256()
    for file in FILES:
        if not (folder / file).is_file():
            raise TeacherError(
                f"{folder} has no {file}: save the model there with transformers'"
                f" save_pretrained(), name another folder, or {WITHOUT}."
            )
        digest.update(sha256_of(folder / file).encode())
    return Checkpoint(name, folder, digest.hexdigest())


def sha256_of(path: Path) -> str:
    """SHA-256, in hex, of a file."""
    return str(pooch.file_hash(str(path), alg="sha256"))
