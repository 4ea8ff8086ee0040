"""PostgreSQL as the database: one writer, readers that never hang, and no secret told."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from corpus.errors import Busy, SettingsError, Unavailable
from corpus.library import Library
from corpus.settings import Settings
from corpus.store import articles
from corpus.store.database import Database
from corpus.store.filters import Filters, Sort
from corpus.store.migrations.upgrade import upgrade
from corpus.store.queries import catalog
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import write_files
from tests.factories import numbered_document
from tests.postgres.conftest import machine
from tests.postgres.server import PASSWORD, Server


def number(connection: Connection) -> int:
    """Asks the server something."""
    return int(connection.scalar(text("SELECT 1")) or 0)


def test_the_short_form_of_the_address_will_do(url: str) -> None:
    assert Database(url).url.drivername == "postgresql+psycopg"
    assert not Database(url).is_local


@pytest.mark.parametrize("url", ["postgresql+psycopg2://db/x", "mysql://db/x", "nonsense", "://"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="FIXBOOK_DATABASE_URL: may be sqlite"):
        Database(url)


def test_a_replica_goes_with_postgresql(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="FIXBOOK_DATABASE_READ_URL goes with PostgreSQL"):
        Database(f"sqlite:///{tmp_path}/x", read_url="postgresql://db/x")


def test_readers_can_change_nothing(url: str) -> None:
    database = Database(url)
    with pytest.raises(Unavailable), database.reading() as connection:
        connection.execute(text("CREATE TABLE things (id integer)"))
    database.dispose()


def test_a_reading_sees_one_state(settings: Settings) -> None:
    database = Database(settings.database)
    with database.reading() as connection:
        assert catalog.stats(connection)["total"] == 0
        write_files(settings.content_dir, {"a.md": numbered_document(1)})
        library = Library(settings)
        ingest(library, [settings.content_dir], options=IngestOptions())
        library.close()
        assert catalog.stats(connection)["total"] == 0
    with database.reading() as connection:
        assert catalog.stats(connection)["total"] == 1
    database.dispose()


def test_there_is_one_writer_at_a_time(settings: Settings) -> None:
    one, two = Database(settings.database), Database(settings.database)
    with one.writing(), pytest.raises(Busy, match="another machine is ingesting"):
        two.writing().__enter__()
    with two.writing() as connection:
        assert number(connection) == 1
    one.dispose()
    two.dispose()


def test_who_is_patient_writes_afterwards(settings: Settings) -> None:
    one, two = Database(settings.database), Database(settings.database)

    def after() -> float:
        with two.writing(patient=True):
            return time.monotonic()

    with ThreadPoolExecutor(1) as threads:
        with one.writing():
            waiting = threads.submit(after)
            time.sleep(0.5)
            ended = time.monotonic()
        assert waiting.result() > ended
    one.dispose()
    two.dispose()


def test_two_machines_do_not_ingest_at_once(settings: Settings, tmp_path: Path) -> None:
    other = Library(machine(tmp_path / "two", settings.database))
    write_files(settings.content_dir, {"a.md": numbered_document(1)})
    with other.database.writing():
        library = Library(settings)
        with pytest.raises(Busy):
            ingest(library, [settings.content_dir], options=IngestOptions())
    assert ingest(library, [settings.content_dir], options=IngestOptions()).published
    library.close()
    other.close()


def migrate(url: str) -> bool:
    """Migrates as a process that starts does."""
    database = Database(url)
    upgrade(database)
    current = database.is_current()
    database.dispose()
    return current


def test_many_may_migrate_at_once(url: str) -> None:
    with get_context("spawn").Pool(4) as processes:
        assert processes.map(migrate, [url] * 4) == [True] * 4


@pytest.mark.parametrize("name", ["a\0b", "\0", "connection-refused\0"])
def test_what_no_text_can_hold_is_found_nowhere(settings: Settings, name: str) -> None:
    database = Database(settings.database)
    with database.reading() as connection:
        assert articles.find(connection, name) is None
        assert catalog.slugs(connection, [name]) == {}
        assert catalog.nearest(connection, name, limit=3) == []
        filters = Filters(authors=(name,), tags=(name,))
        found = catalog.newest(connection, filters, sort=Sort.RELEVANCE, offset=0, limit=1)
        assert found.total == 0
    database.dispose()


def test_no_message_tells_the_password(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = PASSWORD + "-wrong"
    for url in (
        server.url("missing"),
        server.url().replace(PASSWORD, wrong),
        server.url().replace(f":{server.port}", ":1"),
    ):
        database = Database(url)
        with pytest.raises(Unavailable) as raised, database.reading():
            pass
        error: BaseException | None = raised.value
        while error is not None:
            assert PASSWORD not in f"{error!r} {error}"
            error = error.__cause__ or error.__context__
        assert raised.value.message == "the database cannot be used right now"
    assert PASSWORD not in caplog.text
    assert PASSWORD not in repr(machine(Path("x"), server.url(), database_read_url=server.url()))


def test_a_connection_that_is_given_back_late_is_closed(url: str) -> None:
    database = Database(url)
    with database.reading() as reading, database.writing() as writing:
        database.dispose()
        used = [each.connection.dbapi_connection for each in (reading, writing)]
    assert [each is not None and getattr(each, "closed", None) for each in used] == [True, True]
    with database.reading() as connection:
        assert number(connection) == 1
    database.dispose()


def test_the_log_says_why_and_no_statement(url: str, caplog: pytest.LogCaptureFixture) -> None:
    database = Database(url)
    with (
        pytest.raises(Unavailable, match=r"^the database cannot be used right now$"),
        database.reading() as connection,
    ):
        connection.execute(text("SELECT * FROM nowhere WHERE what = :asked"), {"asked": "private"})
    database.dispose()
    assert [record.getMessage() for record in caplog.records] == [
        'the database failed: UndefinedTable: relation "nowhere" does not exist'
    ]


def test_a_server_that_is_away_is_said_at_once_and_tried_again(own_server: Server) -> None:
    database = Database(own_server.url())
    with database.reading() as connection:
        assert number(connection) == 1
    own_server.stop()
    for _again in range(20):
        with pytest.raises(Unavailable), database.reading():
            pass
    own_server.start()
    time.sleep(1.0)
    with database.reading() as connection:
        assert number(connection) == 1
    database.dispose()


def test_a_connection_that_died_in_the_pool_is_replaced(own_server: Server) -> None:
    database = Database(own_server.url())
    with database.reading(), database.reading() as connection:
        assert number(connection) == 1
    own_server.stop()
    own_server.start()
    for _both in range(2):
        with database.reading() as connection:
            assert number(connection) == 1
    database.dispose()


def test_a_server_that_is_stuck_is_given_up(own_server: Server) -> None:
    """Its connections stay open, and nothing ever comes: no error that could be waited for."""
    database = Database(own_server.url())
    with database.reading() as connection:
        assert number(connection) == 1
    own_server.freeze()
    with pytest.raises(Unavailable), database.reading():
        pass
    with pytest.raises(Unavailable, match="cannot be reached"), database.reading():
        pass
    own_server.thaw()
    time.sleep(1.0)
    with database.reading() as connection:
        assert number(connection) == 1
    database.dispose()


def test_a_query_on_a_server_that_gets_stuck_ends(own_server: Server) -> None:
    database = Database(own_server.url())
    reading = database.reading()
    connection = reading.__enter__()
    assert number(connection) == 1
    own_server.freeze()
    with pytest.raises(OperationalError) as raised:
        number(connection)
    with pytest.raises(Unavailable):
        reading.__exit__(type(raised.value), raised.value, None)
    own_server.thaw()
    database.dispose()


def test_a_query_that_takes_too_long_is_ended(url: str) -> None:
    database = Database(url)
    with pytest.raises(Unavailable), database.reading() as connection:
        connection.execute(text("SELECT pg_sleep(60)"))
    with database.reading() as connection:  # the server is well: nobody has to wait
        assert number(connection) == 1
    database.dispose()


def test_what_the_address_says_counts(url: str) -> None:
    said = "?options=-c%20statement_timeout%3D7s&connect_timeout=9&application_name=mine"
    database = Database(url + said)
    with database.reading() as connection:
        for name, value in (("statement_timeout", "7s"), ("application_name", "mine")):
            assert connection.scalar(text(f"SHOW {name}")) == value
    database.dispose()


def test_no_more_connections_than_allowed(url: str) -> None:
    database = Database(url, pool=2)
    with database.reading(), database.reading(), pytest.raises(Unavailable):
        database.reading().__enter__()
    with database.reading() as connection:
        assert number(connection) == 1
    database.dispose()
