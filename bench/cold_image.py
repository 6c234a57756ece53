"""The Lambda image as a place: its files unpacked, its own command, environment and user."""

import shutil
import subprocess
from pathlib import Path

import msgspec

from bench.cold_place import FUNCTIONS, IMAGE, Place

_EMULATOR, _FUNCTIONS = "/aws-lambda-rie", "/functions"


class ImageError(Exception):
    """The image cannot be had; the message is one sentence that says why."""


class _Config(msgspec.Struct, rename="pascal"):
    entrypoint: list[str]
    env: list[str]
    user: str = ""
    working_dir: str = "/"


def unpack(tag: str, folder: Path, emulator: Path) -> Place:
    """Unpack an image that docker or podman has into an empty folder.

    Raises:
        ImageError: there is no such engine or image.
    """
    engine = _engine()
    inspect = (engine, "image", "inspect", "--format", "{{json .Config}}", tag)
    config = msgspec.json.decode(_run(tag, *inspect), type=_Config)
    container = _run(tag, engine, "create", tag).decode().strip()
    archive = folder.with_name(f"{folder.name}.tar")
    try:
        _run(tag, engine, "export", "--output", str(archive), container)
    finally:
        _run(tag, engine, "rm", container)
    folder.mkdir()
    _run(tag, "tar", "-x", "--numeric-owner", "-C", str(folder), "-f", str(archive))
    archive.unlink()
    environment = dict(variable.split("=", 1) for variable in config.env)
    environment["PYTHONPATH"] = f"{environment.get('PYTHONPATH', '')}:{_FUNCTIONS}".lstrip(":")
    return Place(
        name=IMAGE,
        root=folder,
        start=tuple(config.entrypoint),
        emulator=_EMULATOR,
        folder=config.working_dir,
        environment=environment,
        user=_user(config.user, folder),
        mounts={_EMULATOR: emulator, _FUNCTIONS: FUNCTIONS},
    )


def _engine() -> str:
    for name in ("docker", "podman"):
        if (
            shutil.which(name)
            and not subprocess.run(  # noqa: S603  # a fixed command
                (name, "version"), capture_output=True, check=False
            ).returncode
        ):
            return name
    raise ImageError("no docker or podman answers")


def _run(tag: str, *command: str) -> bytes:
    result = subprocess.run(command, capture_output=True, check=False)  # noqa: S603  # no shell
    if result.returncode:
        last = (result.stderr.decode(errors="replace").strip().splitlines() or ["no reason"])[-1]
        raise ImageError(f"{tag} could not be unpacked: {last}")
    return result.stdout


def _user(name: str, root: Path) -> tuple[int, int]:
    """Look a user up in the image's own table; a number stands for itself."""
    user, _, group = name.partition(":")
    if user.isdigit():
        return int(user), int(group) if group.isdigit() else int(user)
    for line in (root / "etc" / "passwd").read_text(encoding="utf-8").splitlines():
        fields = line.split(":")
        if fields[0] == (user or "root"):
            return int(fields[2]), int(fields[3])
    raise ImageError(f"the image's user {user} is not in its /etc/passwd")
