"""Fresh starts under the real emulator; how fast anything is, no test says."""

import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.cold_field import DIRECT, EMPTY, HTTP, Contender, slim_field
from bench.cold_image import ImageError, unpack
from bench.cold_launch import Launcher, LaunchError
from bench.cold_limits import Limit, limits
from bench.cold_path import measure_http_path
from bench.cold_place import Place, emulator_path, venv_place
from bench.cold_run import Plan, run
from bench.cold_start import main
from tests.runtime.processes import wait_for

FREE = Limit("free")
SMALL = Limit("512 MB", megabytes=512)
ONCE = Plan(starts=1, warm=1)


@pytest.fixture
def place() -> Place:
    if not emulator_path().is_file():
        pytest.skip(f"{emulator_path()} is not there: `make test` fetches it")
    return venv_place(Path(sys.executable), emulator_path())


@pytest.fixture
def plain(tmp_path: Path) -> Launcher:
    return Launcher(tmp_path, runc=None)


@pytest.fixture
def confining(tmp_path: Path, place: Place) -> Launcher:
    launcher = Launcher.find(tmp_path)
    if obstacle := launcher.obstacle(place, SMALL):
        pytest.skip(f"memory and CPU cannot be limited here: {obstacle}")
    return launcher


def test_each_function_starts_and_answers(plain: Launcher, place: Place):
    field = list(slim_field(place))
    rows = run(plain, field, [FREE], ONCE)
    assert [(row.function, row.place, row.limit) for row in rows] == [
        (contender.name, "venv", "free") for contender in field
    ]
    for row in rows:
        assert row.problem is None
        (start,) = row.starts
        assert start.init > 0
        assert start.first > 0
        assert start.warm > 0


def test_a_core_is_pinned(plain: Launcher, place: Place):
    core = limits(0)[0].core
    command = (sys.executable, "-c", "import os; print(*os.sched_getaffinity(0))")
    output = plain.folder / "cores"
    before = os.sched_getaffinity(0)
    one = Limit("one", core=core)
    with output.open("wb") as file, plain.launch(place, one, command, file) as process:
        process.wait(30)
    assert output.read_text() == f"{core}\n"
    assert os.sched_getaffinity(0) == before


def test_without_runc_the_limits_rows_say_so(plain: Launcher, place: Place):
    (row,) = run(plain, list(slim_field(place))[:1], [SMALL], ONCE)
    assert (row.starts, row.problem) == ((), "needs runc, as root")
    unused = io.BytesIO()
    with pytest.raises(LaunchError), plain.launch(place, SMALL, ("true",), unused):
        pass


def test_a_function_that_cannot_start_is_given_up_and_its_row_says_why(
    plain: Launcher, place: Place
):
    broken = Contender("broken", place, "no_such_module.handler", b"{}")
    (row,) = run(plain, [broken], [FREE], replace(ONCE, starts=4))
    assert row.starts == ()
    assert row.problem is not None
    assert row.problem.startswith("2 x Runtime.ImportModuleError: Unable to import module")


def test_a_function_starts_in_a_container_with_a_limit(confining: Launcher, place: Place):
    (row,) = run(confining, list(slim_field(place))[:1], [SMALL], ONCE)
    assert (row.problem, len(row.starts)) == (None, 1)


@pytest.mark.parametrize(("megabytes", "ends_well"), [(100, True), (600, False)])
def test_memory_beyond_the_limit_is_not_given(
    confining: Launcher, place: Place, megabytes: int, ends_well: bool
):
    command = (sys.executable, "-c", f"bytearray(b'x') * {megabytes << 20}")
    output = (confining.folder / "output").open("wb")
    with output, confining.launch(place, SMALL, command, output) as process:
        assert (process.wait(60) == 0) == ends_well


def test_a_container_ends_with_its_block_and_leaves_nothing(confining: Launcher, place: Place):
    command = (sys.executable, "-c", "print(flush=True); import time; time.sleep(600)")
    output = (confining.folder / "output").open("wb")
    with output, confining.launch(place, SMALL, command, output) as process:
        wait_for(lambda: (confining.folder / "output").read_text() or None)  # it is running
        # Or what is removed afterwards would be the machine's own files.
        assert str(confining.folder) not in Path("/proc/self/mounts").read_text()
    assert process.poll() is not None
    assert list(confining.folder.glob("fintone-*")) == []
    assert list((confining.folder / "state").glob("*")) == []


def test_the_http_path_is_measured_with_its_log_elsewhere(capfd: pytest.CaptureFixture[str]):
    path = measure_http_path(5)
    assert (path.calls, 0 < path.p50 <= path.p99) == (5, True)
    assert capfd.readouterr().out == ""


@pytest.fixture
def small_image(tmp_path: Path) -> Iterator[str]:
    """An image of one file that names a user, in whatever engine is here."""
    archive = tmp_path / "small.tar"
    with tarfile.open(archive, "w") as tar:
        content = b"root:x:0:0::/:\nnonroot:x:65532:65533::/:\n"
        member = tarfile.TarInfo("etc/passwd")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    changes = ('ENTRYPOINT ["/python", "-m", "serve"]', "ENV A=b=c", "WORKDIR /app", "USER nonroot")
    options = [f"--change={change}" for change in changes]
    for engine in ("docker", "podman"):
        if shutil.which(engine):
            command = [engine, "import", *options, str(archive), "fintone-test/small:cold"]
            result = subprocess.run(command, capture_output=True, check=False)
            if result.returncode == 0:
                yield "fintone-test/small:cold"
                remove = [engine, "rmi", "fintone-test/small:cold"]
                subprocess.run(remove, capture_output=True, check=True)
                return
    pytest.skip("no docker or podman here that makes images")


def test_an_image_is_unpacked_with_its_command_user_and_environment(
    small_image: str, tmp_path: Path
):
    place = unpack(small_image, tmp_path / "image", tmp_path / "emulator")
    assert (tmp_path / "image" / "etc" / "passwd").is_file()
    assert place.start == ("/python", "-m", "serve")
    assert (place.user, place.folder) == ((65532, 65533), "/app")
    assert place.environment["A"] == "b=c"
    assert place.environment["PYTHONPATH"] == "/functions"


def test_an_image_that_is_not_there_is_one_sentence(tmp_path: Path):
    with pytest.raises(ImageError, match=r"^(no docker or podman|fintone:none could not).*$"):
        unpack("fintone:none", tmp_path / "image", tmp_path / "emulator")


def test_direct_and_http_events_are_of_the_same_function(place: Place):
    named = {contender.name: contender for contender in slim_field(place)}
    assert named[DIRECT].handler == named[HTTP].handler != named[EMPTY].handler
    assert b"requestContext" in named[HTTP].event
    assert b"requestContext" not in named[DIRECT].event


@pytest.mark.parametrize("arguments", [["--starts", "0"], ["--starts", "many"]])
def test_a_wrong_number_of_starts_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "--starts" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_one_sentence(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["--write", str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.endswith("none is no folder: name one with --write.\n")
