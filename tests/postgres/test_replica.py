"""A streaming replica for the readers: behind or not, it shows one generation, whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from corpus.doctor.corpus import corpus_findings
from corpus.finding import HealthState
from corpus.library import Library
from corpus.settings import Settings
from corpus.store.migrations.upgrade import upgrade
from ingest.pipeline import IngestOptions, ingest
from tests.api.process import edition
from tests.api.site import Site
from tests.conftest import write_files
from tests.postgres.conftest import machine
from tests.postgres.server import Server

PATH = "/api/v1/articles/connection-refused"
SEARCH = "/api/v1/search?q=ECONNREFUSED&pageSize=5"


@pytest.fixture
def replica(own_server: Server) -> Iterator[Server]:
    """A server that follows the other."""
    with own_server.replica() as following:
        yield following


@pytest.fixture
def settings(own_server: Server, replica: Server, tmp_path: Path) -> Settings:
    """Settings of a machine that writes to a server and reads from its replica."""
    return machine(tmp_path / "one", own_server.url(), database_read_url=replica.url())


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    """The library of that machine, the first edition published and arrived."""
    opened = Library(settings)
    upgrade(opened.database)
    publish(opened, 1)
    yield opened
    opened.close()


def publish(library: Library, number: int) -> None:
    """Publishes an edition."""
    write_files(library.settings.content_dir, edition(number))
    report = ingest(library, [library.settings.content_dir], options=IngestOptions())
    assert (report.generation, report.published) == (number, True)


def paused(settings: Settings) -> psycopg.Connection[tuple[object, ...]]:
    """A connection to the replica, which is told to take in nothing more."""
    connection = psycopg.connect(settings.database_read_url, autocommit=True)
    connection.execute("SELECT pg_wal_replay_pause()")
    return connection


@contextmanager
def lag(settings: Settings) -> Iterator[None]:
    """The replica stays where it is until the end of the block."""
    with paused(settings) as replica:
        yield
        replica.execute("SELECT pg_wal_replay_resume()")


def shown(site: Site) -> set[str]:
    """The editions that a site shows, by name and by search."""
    titles = [site.get(PATH).data["title"]]
    titles += [item["title"] for item in site.get(SEARCH).data["items"]]
    assert len(titles) == 6
    return {title["en"].partition(" of ")[0] for title in titles}


def until_shown(site: Site, editions: set[str]) -> None:
    """Waits for the replica."""
    for _patience in range(200):
        if site.get("/readyz").status == 200 and shown(site) == editions:
            return
        site.wait(0.05)
    assert shown(site) == editions


def test_a_replica_that_is_behind_shows_the_older_generation_whole(
    library: Library, settings: Settings
) -> None:
    with Site(settings) as site:
        until_shown(site, {"Edition 1"})
        with lag(settings):
            publish(library, 2)  # the notice is raised, PostgreSQL tells of it: too early
            for _look in range(5):
                assert shown(site) == {"Edition 1"}
                site.wait(0.2)
        until_shown(site, {"Edition 2"})
        site.wait(0.3)
        assert shown(site) == {"Edition 2"}


def test_the_index_of_a_newer_generation_stays_while_readers_are_behind(
    library: Library, settings: Settings
) -> None:
    with Site(settings) as site:
        until_shown(site, {"Edition 1"})
    with lag(settings):
        publish(library, 2)
        publish(library, 3)  # sweeps the index that the replica still needs
        with Site(settings) as site:  # makes it again, and leaves the newer ones alone
            until_shown(site, {"Edition 1"})
    with Site(settings) as site:
        until_shown(site, {"Edition 3"})


def test_readers_need_the_replica_only(own_server: Server, settings: Settings) -> None:
    library = Library(settings)
    upgrade(library.database)
    publish(library, 1)
    with Site(settings) as site:
        until_shown(site, {"Edition 1"})
        own_server.stop()
        assert shown(site) == {"Edition 1"}
        assert site.get("/api/v1/tags").status == 200
    library.close()


def test_a_replica_that_is_gone_is_missed_by_nobody(
    library: Library, settings: Settings, replica: Server, caplog: pytest.LogCaptureFixture
) -> None:
    with Site(settings) as site:
        until_shown(site, {"Edition 1"})
        replica.stop()
        assert site.get("/api/v1/tags").status == 200
        publish(library, 2)
        until_shown(site, {"Edition 2"})
        assert site.get("/readyz").status == 200
        assert "the replica is away, reading from the primary" in caplog.text
        assert "s3cret" not in caplog.text
        replica.start()
        library.database.dispose()
        until_read(site, settings)


def until_read(site: Site, settings: Settings) -> None:
    """Waits until the site reads from the replica, the only one that is paused, again."""
    with lag(settings), psycopg.connect(settings.database_read_url, autocommit=True) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle'"
        for number in range(200):
            assert site.get(f"{PATH}?format=json&n={number}").status == 200
            [found] = connection.execute(query).fetchone() or (0,)
            if found:
                return
            site.wait(0.1)
    pytest.fail("the replica is not read from")


def test_a_replica_that_says_nothing_is_waited_for_once(
    library: Library, settings: Settings, replica: Server
) -> None:
    with Site(settings) as site:
        until_shown(site, {"Edition 1"})
        replica.freeze()
        try:
            assert site.get("/api/v1/tags").status == 200
            publish(library, 2)
            until_shown(site, {"Edition 2"})
        finally:
            replica.thaw()


def test_the_doctor_asks_both(settings: Settings, library: Library, replica: Server) -> None:
    with Site(settings) as site:
        until_shown(site, {"Edition 1"})
    library.database.dispose()
    well = [str(finding) for finding in corpus_findings(settings)]
    assert any("the replica responds, with generation 1" in line for line in well)
    assert any("the PostgreSQL primary responds" in line for line in well)

    replica.stop()
    found = [
        finding for finding in corpus_findings(settings) if finding.state is not HealthState.GOOD
    ]
    assert [(finding.about, finding.state) for finding in found] == [("replica", HealthState.BAD)]
    assert "s3cret" not in str(found[0])
