"""The disk is full: what was published stays and is served, and the next ingest works."""

import shutil
import time
from collections.abc import Iterator

import pytest

from tests.api.process import edition
from tests.conftest import settings_in, write_files
from tests.faults.disk import filled, small_disk
from tests.faults.reader import asking, until
from tests.faults.service import Service, run, serving

pytestmark = pytest.mark.sqlite("which files are written")
ROOMS = (0, 4_096, 20_000, 60_000, 100_000)
"""Bytes, none of them enough for an ingest."""
TOLD = (
    "fixbook: the search index cannot be written: No space left on device",
    "fixbook: there is no room on the disk for the database",
)


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A server whose data lie on a small disk."""
    folder = tmp_path_factory.mktemp("service")
    with small_disk(folder / "disk") as disk:
        settings = settings_in(folder, data_dir=disk / "data")
        with serving(settings, FIXBOOK_SEARCH_URL=request.param) as started:
            yield started


def test_an_ingest_without_room(service: Service) -> None:
    """It fails at another place for each amount of room; 0 is none at all."""
    reader, other = service.reader(), service.reader()
    until(reader.well)
    disk = service.settings.data_dir.parent
    write_files(service.settings.content_dir, edition(2))
    with asking(other):
        for room in ROOMS:
            with filled(disk, room=room):
                done = run("ingest", env=service.env)
                assert reader.well()
            assert done.returncode == 3, (room, done)
            assert done.stderr.splitlines()[-1] in TOLD, room
        other.editions = reader.editions = [1, 2]
        assert run("ingest", env=service.env).returncode == 0
        seconds = until(reader.well)
    reader.editions = [2]
    until(lambda: not reader.wrong and reader.well())
    print(f"disk full: well again after {seconds:.1f} s", set(other.statuses))
    assert reader.wrong + other.wrong == []
    assert set(other.statuses) == {200}


def test_an_index_that_is_lost_without_room_to_make_it_again(service: Service) -> None:
    reader = service.reader()
    reader.editions = [1, 2]
    until(reader.well)
    disk = service.settings.data_dir.parent
    with filled(disk, room=0):
        service.settings.index_dir.rename(disk / "elsewhere")  # so that its room is not free
        time.sleep(1.5)  # two or three times it is tried in vain
        assert reader.well()  # of what is open nothing is lost
    seconds = until(lambda: any(service.settings.index_dir.glob("*/seal.json")))
    print(f"no room for the index: made again after {seconds:.1f} s")
    assert reader.well()
    assert reader.wrong == []
    shutil.rmtree(disk / "elsewhere")


def test_a_server_that_starts_without_room(service: Service) -> None:
    disk, env = service.settings.data_dir.parent, dict(service.env)
    with filled(disk, room=0), serving(service.settings, ingest=False, **env) as second:
        reader = second.reader()
        reader.editions = [1, 2]
        until(reader.well)
    assert reader.wrong == []
