"""Several ingests at once, one that watches, and one that cannot go on."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.store.generations import ingest_lock
from tests.api.process import PATH, edition, environment, get, running, shown
from tests.conftest import settings_in, write_files
from tests.faults.reader import asking, until
from tests.faults.service import Service, serving

BUSY = "fixbook: another ingest is running; try again when it has finished\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server; its tests publish two editions."""
    with serving(settings_in(tmp_path_factory.mktemp("service"))) as started:
        yield started


def started(service: Service, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "ingest", *arguments],
        env=service.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_ingests_at_once(service: Service, tmp_path: Path) -> None:
    """Who comes second is told so; what is published is whole, whoever it was."""
    reader = service.reader()
    reader.editions = [1, 2]
    folders = [write_files(tmp_path / f"content-{n}", edition(n)) for n in (1, 2)]
    with asking(reader):
        ingests = [started(service, "--rebuild", str(folders[at % 2])) for at in range(4)]
        ended = [(ingest.communicate()[1], ingest.returncode) for ingest in ingests]
    assert set(ended) <= {("", 0), (BUSY, 3)}
    assert ("", 0) in ended
    assert reader.wrong == []
    assert set(reader.statuses) == {200}


def test_an_ingest_that_watches_tries_again(service: Service) -> None:
    service.publish(1)
    reader = service.reader()
    watching = started(service, "--watch")
    assert watching.stdout is not None
    assert watching.stderr is not None
    try:
        assert watching.stdout.readline().startswith("5 articles in generation")
        reader.editions = [2]
        with ingest_lock(service.settings.data_dir):
            write_files(service.settings.content_dir, edition(2))
            assert watching.stderr.readline() == BUSY
        until(lambda: shown(service.port, PATH)["title"]["en"] == "Edition 2 of 0")
        assert reader.well()
        assert reader.wrong == []
    finally:
        watching.kill()
        watching.communicate()


def watching(folder: Path, content: Path) -> "subprocess.Popen[str]":
    """`fixbook ingest --watch` of a content folder, with its data below `folder`."""
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "ingest", "--watch", str(content)],
        env=environment(settings_in(folder)), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def told(process: "subprocess.Popen[str]") -> str:
    """The next line of its standard output, without how long it took."""
    assert process.stdout is not None
    return process.stdout.readline().partition(" rejected in ")[0]


def test_an_ingest_that_watches_ends_well_when_it_is_told_to(tmp_path: Path) -> None:
    content = write_files(tmp_path / "content", edition(1))
    process = watching(tmp_path, content)
    try:
        assert told(process).startswith("5 articles in generation 1: 5 added")
        told(process)  # the second look, at what was written before it watched
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
    finally:
        process.kill()
        process.communicate()


def test_an_ingest_that_watches_follows_a_link_that_is_swapped(tmp_path: Path) -> None:
    """Also what changes afterwards in the folder that the link leads to by then."""
    for number in (1, 2):
        write_files(tmp_path / f"release-{number}", edition(number))
    current, following = tmp_path / "current", tmp_path / "following"
    current.symlink_to("release-1")
    process = watching(tmp_path, current)
    try:
        assert told(process).startswith("5 articles in generation 1")
        assert told(process).startswith("5 articles in generation 1")
        following.symlink_to("release-2")
        following.replace(current)
        assert told(process).startswith("5 articles in generation 2")
        (tmp_path / "release-2" / "article-4.md").unlink()
        assert told(process).startswith("4 articles in generation 3")
    finally:
        process.kill()
        process.communicate()


def test_a_server_starts_with_what_is_published_when_it_cannot_ingest(tmp_path: Path) -> None:
    settings, log = settings_in(tmp_path), tmp_path / "log"
    write_files(settings.content_dir, edition(1))
    env = environment(settings)
    subprocess.run([sys.executable, "-m", "cli", "ingest"], env=env, check=True)
    write_files(settings.content_dir, edition(2))
    with ingest_lock(settings.data_dir), running(env=env, log=log) as port:
        assert get(port, PATH)[0] == 200
        assert shown(port, PATH)["title"]["en"] == "Edition 1 of 0"
    assert (
        "the content was not ingested: Busy (another ingest is running; try again when it has "
        "finished)" in log.read_text()
    )
    assert "serving the published generation 1" in log.read_text()


def test_a_server_does_not_start_with_nothing(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    write_files(settings.content_dir, edition(1))
    with ingest_lock(settings.data_dir):
        command = [sys.executable, "-m", "cli", "serve", "--port", "0"]
        ended = subprocess.run(
            command, env=environment(settings), capture_output=True, text=True, check=False
        )
    assert (ended.returncode, ended.stderr) == (3, BUSY)
