import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from train.corpus import CorpusError
from train.download import (
    HEADLINES,
    NOTICE_FILE,
    REMOTES,
    Remote,
    download,
    download_headlines,
)
from train.sources import READERS, read_corpora
from train.unlabeled import read_unlabeled

ARCHIVE = "FinancialPhraseBank-v1.0.zip"
TABLE = "".join(
    f"{number}\t{title}\thttps://example.org\tThe Publisher\t{category}\tstory\texample.org\t1\n"
    for number, (title, category) in enumerate(
        (
            ('Alder says "orders  rise" in May', "b"),
            ("Oakham film wins a prize today", "e"),
            ('Alder says "orders rise" in May', "b"),
            ("Fjordline to build a ferry for Ålesund", "b"),
        )
    )
)


@pytest.fixture
def served(tmp_path: Path, data_folder: Path) -> Path:
    """A folder laid out as the public places are: an archive, and CSV files."""
    folder = tmp_path / "served"
    folder.mkdir()
    with zipfile.ZipFile(folder / ARCHIVE, "w") as archive:
        for path in (data_folder / "financial_phrasebank").iterdir():
            archive.write(path, f"FinancialPhraseBank-v1.0/{path.name}")
            archive.writestr(f"__MACOSX/FinancialPhraseBank-v1.0/._{path.name}", b"fork")
    for path in [*data_folder.glob("sentfin/*"), *data_folder.glob("twitter_*/*")]:
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "LICENSE").write_text("Permission is hereby granted .", encoding="utf-8")
    with zipfile.ZipFile(folder / "news+aggregator.zip", "w") as archive:
        archive.writestr("newsCorpora.csv", TABLE)
    return folder


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its base's name)
        pass


@pytest.fixture
def places(served: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Remote, ...]]:
    """The public places, moved to a server of this machine; the last one is of headlines."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=served)) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        base = f"http://127.0.0.1:{server.server_port}"
        digest = sha256((served / ARCHIVE).read_bytes()).hexdigest()
        yield tuple(
            replace(remote, base=base, sha256=remote.sha256 and digest)
            for remote in (*REMOTES, HEADLINES)
        )
        server.shutdown()
        thread.join()


@pytest.fixture
def remotes(places: tuple[Remote, ...]) -> tuple[Remote, ...]:
    return places[:-1]


def test_the_corpora_are_fetched_with_their_notices_and_can_be_read(
    tmp_path: Path, data_folder: Path, remotes: tuple[Remote, ...]
) -> None:
    fetched = tmp_path / "fetched" / "data"
    assert download(fetched, remotes) == tuple(fetched / name for name in READERS)
    assert read_corpora(fetched, tuple(READERS)) == read_corpora(data_folder, tuple(READERS))
    assert "NonCommercial" in (fetched / "financial_phrasebank" / NOTICE_FILE).read_text("utf-8")
    assert (fetched / "sentfin" / "LICENSE").is_file()
    assert (fetched / "twitter_financial_news" / "sent_valid.csv").is_file()
    assert {path.name for path in fetched.iterdir()} == set(READERS)


def test_what_is_there_is_left_alone(tmp_path: Path, remotes: tuple[Remote, ...]) -> None:
    download(tmp_path / "fetched", remotes)
    nowhere = tuple(replace(remote, base="http://127.0.0.1:9") for remote in remotes)
    assert download(tmp_path / "fetched", nowhere) == ()


def test_a_corpus_that_lost_a_file_is_fetched_again(
    tmp_path: Path, remotes: tuple[Remote, ...]
) -> None:
    download(tmp_path / "fetched", remotes)
    lost = tmp_path / "fetched" / "sentfin" / "SEntFiN.csv"
    lost.unlink()
    assert download(tmp_path / "fetched", remotes) == (lost.parent,)
    assert lost.is_file()


def refusal(folder: Path, remotes: tuple[Remote, ...]) -> str:
    """The sentence that refuses; nothing half fetched may be left behind."""
    with pytest.raises(CorpusError) as caught:
        download(folder, remotes)
    assert list(folder.iterdir()) == []
    return str(caught.value)


def test_no_network_is_told_in_a_sentence(tmp_path: Path, remotes: tuple[Remote, ...]) -> None:
    nowhere = tuple(replace(remote, base="http://127.0.0.1:9") for remote in remotes)
    assert "cannot be reached: check the network" in refusal(tmp_path / "fetched", nowhere)


def test_a_file_that_has_gone_is_told_in_a_sentence(
    tmp_path: Path, served: Path, remotes: tuple[Remote, ...]
) -> None:
    (served / "sent_valid.csv").unlink()
    sentence = refusal(tmp_path / "fetched", remotes[2:])
    assert "/sent_valid.csv answers with status 404: " in sentence


def test_an_archive_with_another_sum_is_refused(
    tmp_path: Path, remotes: tuple[Remote, ...]
) -> None:
    published = replace(remotes[0], sha256=REMOTES[0].sha256)
    sentence = refusal(tmp_path / "fetched", (published,))
    assert f"/{ARCHIVE} is not the file it used to be: find one with SHA-256 0e1a" in sentence


@pytest.mark.parametrize("content", [b"not an archive", None])
def test_an_archive_without_the_files_is_refused(
    tmp_path: Path, served: Path, remotes: tuple[Remote, ...], content: bytes | None
) -> None:
    if content is None:
        zipfile.ZipFile(served / ARCHIVE, "w").close()
    else:
        (served / ARCHIVE).write_bytes(content)
    sentence = refusal(tmp_path / "fetched", (replace(remotes[0], sha256=None),))
    assert f"/{ARCHIVE} does not hold Sentences_50Agree.txt, " in sentence


def test_a_page_in_place_of_a_corpus_is_refused(
    tmp_path: Path, served: Path, remotes: tuple[Remote, ...]
) -> None:
    (served / "SEntFiN.csv").write_text("<html>Sign in</html>", encoding="utf-8")
    assert "cannot be read as sentfin" in refusal(tmp_path / "fetched", remotes[1:2])


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(
    tmp_path: Path, remotes: tuple[Remote, ...]
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CorpusError, match=r"cannot be filled \(.+\): name another folder"):
        download(tmp_path / "file", remotes)


def test_the_public_places_serve_every_corpus_that_has_a_reader() -> None:
    assert {remote.corpus for remote in REMOTES} == set(READERS)
    assert all(remote.base.startswith("https://") for remote in REMOTES)


def test_business_headlines_are_fetched_for_the_teacher(
    tmp_path: Path, places: tuple[Remote, ...]
) -> None:
    (path,) = download_headlines(tmp_path / "fetched", places[-1])
    notice = path.with_name(NOTICE_FILE).read_text(encoding="utf-8")
    assert "Creative Commons Attribution 4.0 International" in notice
    corpus = read_unlabeled(tmp_path / "fetched", per_file={HEADLINES.corpus: 9}, seed=0)
    assert {sentence.text for sentence in corpus.sentences} == {
        'Alder says "orders rise" in May',
        "Fjordline to build a ferry for Ålesund",
    }
    assert {each.name for each in (tmp_path / "fetched").iterdir()} == {"unlabeled"}


def test_headlines_that_are_there_are_left_alone(
    tmp_path: Path, places: tuple[Remote, ...]
) -> None:
    download_headlines(tmp_path, places[-1])
    assert download_headlines(tmp_path, replace(places[-1], base="http://127.0.0.1:9")) == ()


@pytest.mark.parametrize("table", [None, "1\tA title\n", "<html>Sign in</html>"])
def test_without_headlines_there_is_one_line_and_no_file(
    tmp_path: Path,
    served: Path,
    places: tuple[Remote, ...],
    caplog: pytest.LogCaptureFixture,
    table: str | None,
) -> None:
    archive = served / "news+aggregator.zip"
    archive.unlink()
    if table is not None:
        with zipfile.ZipFile(archive, "w") as opened:
            opened.writestr("newsCorpora.csv", table)
    assert download_headlines(tmp_path / "fetched", places[-1]) == ()
    (line,) = caplog.messages
    assert line.endswith(" Training can do without it (docs/data.md).")
    assert list((tmp_path / "fetched").iterdir()) == []
