"""Several ingests at once, and one that cannot go on."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.generation import ingest_lock
from tests.api.process import PATH, edition, shown
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
