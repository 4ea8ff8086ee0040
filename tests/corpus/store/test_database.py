"""The file of a SQLite database, and the log beside it."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from corpus.library import Library
from corpus.store.migrations.upgrade import upgrade
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import Ingested, settings_in, write_files
from tests.factories import make_document

pytestmark = pytest.mark.sqlite("where the file is")


def test_a_log_that_is_removed_is_noticed(ingested: Ingested) -> None:
    """Whoever has it open sees the newest rows in it; everybody else sees those of the file."""
    library = ingested({"a.md": make_document()})
    with library.database.writing() as connection:
        connection.execute(text("PRAGMA wal_autocheckpoint = 0"))
    write_files(library.settings.content_dir, {"b.md": "# B\n\nText.\n"})
    ingest(library, [library.settings.content_dir], options=IngestOptions())
    other = Library(library.settings)
    assert library.current().number == other.current().number == 2

    (library.settings.data_dir / "fixbook.db-wal").unlink()
    seen = {library.current().number, other.current().number}
    later = Library(library.settings)
    assert seen == {later.current().number}
    other.close()
    later.close()


def test_the_data_folder_is_its_owners_alone(tmp_path: Path) -> None:
    library = Library(settings_in(tmp_path))
    upgrade(library.database)
    library.close()
    assert stat.S_IMODE(library.settings.data_dir.stat().st_mode) == 0o700
