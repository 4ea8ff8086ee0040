"""A PostgreSQL server for the tests of this folder, which run wherever it is installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.settings import Settings, load_settings
from corpus.store.database import Database
from corpus.store.migrations.upgrade import upgrade
from tests.databases import create
from tests.postgres.server import Server, binaries

collect_ignore_glob = [] if binaries() else ["test_*.py"]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One for all tests that leave it running."""
    with Server() as started:
        yield started


@pytest.fixture
def own_server() -> Iterator[Server]:
    """One that a test may stop and freeze."""
    with Server() as started:
        yield started


@pytest.fixture
def url(server: Server, tmp_path: Path) -> str:
    """The address of a new database without tables."""
    name = f"db_{tmp_path.name}"
    create(server.url(), name, template="template0")
    return server.url(name)


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    """Settings of a machine with a new database that has its tables."""
    database = Database(url)
    upgrade(database)
    database.dispose()
    return machine(tmp_path / "one", url)


def machine(folder: Path, url: str, **changed: object) -> Settings:
    """Settings of a machine with a data folder of its own and a database that it may share."""
    return load_settings(
        content_dir=folder.parent / "content",
        data_dir=folder / "data",
        database_url=url,
        rate_limit="off",  # tests ask a lot
        **changed,
    )
