"""The database is deleted, replaced, damaged, locked: 503 or right answers, and no restart."""

import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.api.process import get
from tests.conftest import settings_in
from tests.faults.reader import asking, until
from tests.faults.service import Service, run, serving

pytestmark = pytest.mark.sqlite("where the file is")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server; each test leaves it well."""
    with serving(settings_in(tmp_path_factory.mktemp("service"))) as started:
        yield started


def database(service: Service) -> Path:
    return service.settings.data_dir / "fixbook.db"


def copied(service: Service) -> Path:
    """A copy of the database, as it is now."""
    copy = service.settings.data_dir / "copy.db"
    with (
        closing(sqlite3.connect(database(service))) as source,
        closing(sqlite3.connect(copy)) as to,
    ):
        source.backup(to)
    return copy


def put_back(service: Service, copy: Path) -> None:
    """The copy takes the place of the database, and of what SQLite keeps beside it."""
    for name in ("fixbook.db-wal", "fixbook.db-shm"):
        (service.settings.data_dir / name).unlink(missing_ok=True)
    if database(service).is_dir():
        database(service).rmdir()
    copy.replace(database(service))


def delete(file: Path) -> None:
    file.unlink()


def delete_all(file: Path) -> None:
    for path in file.parent.glob("fixbook.db*"):
        path.unlink()


def replace_by_nonsense(file: Path) -> None:
    aside = file.with_name("nonsense")
    aside.write_bytes(b"This is not a database. " * 1_000)
    aside.replace(file)


def replace_by_an_empty_file(file: Path) -> None:
    aside = file.with_name("empty")
    aside.touch()
    aside.replace(file)


def replace_by_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def damage(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(b"\xa5" * (file.stat().st_size - 4096))


FAULTS = (delete, delete_all, replace_by_nonsense, replace_by_an_empty_file, replace_by_a_folder)


@pytest.mark.parametrize("fault", [*FAULTS, damage], ids=lambda fault: fault.__name__)
def test_it_goes_and_comes_back(service: Service, fault: Callable[[Path], None]) -> None:
    reader, other = service.reader(), service.reader()
    until(reader.well)
    copy = copied(service)
    with asking(other):
        fault(database(service))
        if fault is not damage:  # what a connection has in memory is right all the same
            until(lambda: reader.ask() == 503)
        put_back(service, copy)
        seconds = until(reader.well)
    print(f"{fault.__name__}: well again after {seconds:.1f} s", set(other.statuses))
    assert reader.wrong + other.wrong == []
    assert set(other.statuses) <= {200, 503}


def test_all_data_is_deleted_and_ingested_anew(service: Service) -> None:
    reader, other = service.reader(), service.reader()
    until(reader.well)
    with asking(other):
        shutil.rmtree(service.settings.data_dir)
        until(lambda: reader.ask() == 503)
        service.publish(1)
        seconds = until(reader.well)
    print(f"all deleted: well again after {seconds:.1f} s", set(other.statuses))
    assert reader.wrong + other.wrong == []
    assert set(other.statuses) == {200, 503}


def test_damage_is_said_and_an_ingest_does_not_hide_it(service: Service) -> None:
    copy = copied(service)
    delete_all(database(service))  # the log beside it may hold all of it
    replace_by_nonsense(database(service))
    try:
        for command in (("ingest",), ("search", "ECONNREFUSED"), ("doctor",)):
            done = run(*command, env=service.env)
            assert done.returncode == 3, (command, done)
            print(done.stderr, done.stdout)
            assert "Traceback" not in done.stderr
    finally:
        put_back(service, copy)
    until(service.reader().well)


def test_readers_do_not_wait_for_a_writer(service: Service) -> None:
    reader = service.reader()
    until(reader.well)
    with closing(sqlite3.connect(database(service), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM articles")
        assert reader.well()
        writer.execute("ROLLBACK")
    assert reader.wrong == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(service: Service) -> None:
    reader = service.reader()
    copy = copied(service)
    copy.chmod(0)
    put_back(service, copy)
    until(lambda: reader.ask() == 503)
    database(service).chmod(0o600)
    until(reader.well)
    assert reader.wrong == []


def test_a_log_that_is_removed_is_let_go_of_by_all_workers(tmp_path: Path) -> None:
    """What they share about it would otherwise be wrong for as long as one has the file open."""
    with serving(settings_in(tmp_path), FIXBOOK_WORKERS="2") as service:
        service.publish(2)
        until(lambda: {generation(service) for _ in range(20)} == {2})
        with closing(sqlite3.connect(database(service))) as writer:
            writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            writer.execute("UPDATE generation SET articles = articles + 1")  # not on the first page
            writer.commit()
        until(lambda: {generation(service) for _ in range(20)} == {2})
        (service.settings.data_dir / "fixbook.db-wal").unlink()
        until(lambda: None not in {generation(service) for _ in range(20)})
        service.publish(3)
        until(lambda: len({generation(service) for _ in range(20)} - {None}) == 1)


def generation(service: Service) -> int | None:
    """The number of the generation that a worker answers from; None for an outage."""
    status, _, body = get(service.port, f"/api/v1/stats?not-asked-before={secrets.token_hex()}")
    assert status in (200, 503)
    return json.loads(body)["data"]["generation"]["number"] if status == 200 else None
