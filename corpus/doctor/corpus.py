"""Examines database and index: whether they respond, are intact, and belong together."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from corpus.errors import FixbookError, IndexMissing, OtherSchema
from corpus.finding import HealthFinding, bad, good, warning
from corpus.library import Library
from corpus.settings import Settings
from corpus.store import generations
from corpus.store.database import Connection, Database, is_whole
from corpus.store.generations import Generation
from corpus.text.timestamps import milliseconds

_CLOCK_SECONDS = 60.0
"""How far this clock may be behind the time of publication, which another machine may have set."""


def corpus_findings(settings: Settings) -> Iterator[HealthFinding]:
    """Whether the database responds, is intact and has the tables of this version.

    A replica is examined separately, because readers work without it.
    """
    if settings.database_read_url:
        yield _replica_finding(settings)
    try:
        with _open_database(settings.database) as database:
            yield from _database_findings(database, settings)
    except OtherSchema as error:
        what, _, advice = error.message.partition("; ")
        yield bad("database", what, advice)
    except FixbookError as error:
        yield bad("database", error.message, _database_advice(settings))


@contextmanager
def _open_database(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.dispose()


def _replica_finding(settings: Settings) -> HealthFinding:
    try:
        Database(settings.database, read_url=settings.database_read_url).dispose()
        with _open_database(settings.database_read_url) as replica, replica.reading() as connection:
            number = generations.current(connection).number
    except FixbookError as error:
        advice = "check FIXBOOK_DATABASE_READ_URL and its server; readers use the primary meanwhile"
        return bad("replica", error.message, advice)
    return good("replica", f"the replica responds, with generation {number}")


def _database_findings(database: Database, settings: Settings) -> Iterator[HealthFinding]:
    if database.path is not None and not database.path.exists():
        yield warning("database", "there is none yet", "`fixbook ingest` creates it")
        return
    if not database.is_current():
        advice = "the next `fixbook serve` or `fixbook ingest` upgrades it"
        yield warning("database", "its tables are not those of this version", advice)
        return
    with database.reading() as connection:
        yield _whole(connection)
        newest = generations.current(connection)
    yield from _generation_findings(newest)
    if newest.number and os.access(settings.data_dir, os.W_OK):
        yield from index_findings(settings, newest)


def _database_advice(settings: Settings) -> str:
    if settings.database_url:
        return "check FIXBOOK_DATABASE_URL, and that the server is running and accepts the login"
    return "restore a backup with `fixbook restore`, or remove the file and ingest again"


def _whole(connection: Connection) -> HealthFinding:
    """Whether a SQLite file is intact; PostgreSQL takes care of that itself."""
    if connection.dialect.name != "sqlite":
        return good("database", "the PostgreSQL primary responds")
    if is_whole(connection):
        return good("database", "the SQLite file is intact")
    advice = "restore a backup with `fixbook restore`, or remove the file and ingest again"
    return bad("database", "the SQLite file is damaged", advice)


def _generation_findings(newest: Generation) -> Iterator[HealthFinding]:
    if not newest.number:
        yield warning("database", "nothing has been published yet", "run `fixbook ingest`")
        return
    shown = f"generation {newest.number} of {newest.published_at}, {newest.articles} articles"
    if milliseconds(newest.published_at) / 1000 > time.time() + _CLOCK_SECONDS:
        yield warning("clock", f"{shown}, is in the future", "set the clock of this machine")
    elif not newest.articles:
        yield warning("database", shown, "run `fixbook ingest` on a folder that holds articles")
    else:
        yield good("database", shown)


def index_findings(settings: Settings, newest: Generation) -> Iterator[HealthFinding]:
    """Whether the index of the generation exists, is intact, and has all articles."""
    library = Library(settings)
    engine = library.engine
    try:
        with library.reading() as reading:
            reading.index.check()
            number = reading.index.count()
            lacks_vectors = library.lacks_vectors(reading.generation)
    except IndexMissing:
        advice = "a running server rebuilds it within seconds; otherwise run `fixbook ingest`"
        yield bad("index", f"{engine.name} has no index of generation {newest.number}", advice)
        return
    except FixbookError as error:
        yield bad("index", error.message, "check FIXBOOK_SEARCH_URL and its server")
        return
    finally:
        library.close()
    if lacks_vectors:
        shown = "no vectors of the model of FIXBOOK_VECTORS are published"
        yield warning("vectors", shown, "run `fixbook ingest`")
    if number != newest.articles:
        shown = f"{engine.name} has {number} articles, the database {newest.articles}"
        yield bad("index", shown, "run `fixbook ingest --rebuild`")
    elif engine.comfortable is not None and number > engine.comfortable:
        shown = (
            f"{number} articles are a lot for {engine.name}; up to {engine.comfortable} are fast"
        )
        yield warning("index", shown, "set FIXBOOK_SEARCH_URL=tantivy")
    else:
        yield good("index", f"{engine.name} has all {number} articles")
