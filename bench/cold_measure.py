"""Puts the parts together: finds the places, builds the old service, and measures all."""

import compileall
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.cold_field import DESCRIPTIONS, Contender, old_field, slim_field
from bench.cold_image import ImageError, unpack
from bench.cold_launch import Launcher
from bench.cold_limits import last_core, limits
from bench.cold_path import measure_http_path
from bench.cold_place import FUNCTIONS, IMAGE, ROOT, VENV, venv_place
from bench.cold_results import Results
from bench.cold_run import Plan, run
from bench.old_service import build_old_service
from bench.timing import describe_machine

_OLD = "old service"
_PACKAGES = ("onnxruntime", "numpy", "msgspec", "mangum", "starlette", "awslambdaric")
_HTTP_CALLS = 20_000
# What Dockerfile.lambda sets, so that the two places differ in no setting.
_VARIABLES = {"OPENBLAS_NUM_THREADS": "1", "ORT_DISABLE_TELEMETRY": "1"}


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: the emulator's path, the image's tag, the old service's environment."""

    emulator: Path
    image: str
    old: Path | None


def measure(launcher: Launcher, subject: Subject, plan: Plan) -> Results:
    """Measure everything that this machine can; the results say what it cannot, and why."""
    core = last_core()
    machine = describe_machine(core, _PACKAGES)
    compileall.compile_dir(ROOT / "runtime", quiet=2)
    shares = limits(core)
    field, absent = _field(launcher, subject)
    places = {contender.place.name: contender.place for contender in field}
    rows = run(launcher, field, shares, plan)
    return Results(
        machine=machine,
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        functions={contender.name: DESCRIPTIONS[contender.name] for contender in field},
        places={name: _PLACES[name] for name in places},
        limits={limit.name: limit.describe() for limit in shares},
        absent=absent,
        rows=rows,
        http_path=measure_http_path(_HTTP_CALLS),
    )


_PLACES = {
    IMAGE: "the Lambda image, unpacked, read-only, as its own user; each function in turn there",
    VENV: "this machine's files and Python, the installed packages as they are",
}


def _field(launcher: Launcher, subject: Subject) -> tuple[list[Contender], dict[str, str]]:
    """Return the functions that can be had, and why others cannot, by what they are."""
    field: list[Contender] = []
    absent: dict[str, str] = {}
    try:
        image = unpack(subject.image, launcher.folder / "image", subject.emulator)
        field += slim_field(image)
    except ImageError as error:
        absent[IMAGE] = f"not measured, {error}; build it with `make image-lambda`"
    compileall.compile_dir(FUNCTIONS, quiet=2)
    field += slim_field(venv_place(Path(sys.executable), subject.emulator, **_VARIABLES))
    reason = "left out" if subject.old is None else build_old_service(subject.old)
    if reason or subject.old is None:
        absent[_OLD] = f"not measured, {reason}"
    else:
        python = (subject.old / "bin" / "python").absolute()
        place = venv_place(python, subject.emulator)
        field += old_field(place, str((subject.old / "model").absolute()))
    return field, absent
