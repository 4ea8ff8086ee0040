"""Backups of PostgreSQL: by its own tools, and as a bundle. What comes back answers the same."""

import re
import subprocess
from pathlib import Path

from corpus.bundle.archive import write_bundle
from corpus.bundle.restore import restore
from corpus.library import Library
from corpus.settings import Settings, load_settings
from corpus.store.migrations.upgrade import upgrade
from ingest.pipeline import IngestOptions, ingest
from ingest.prepare import READER_VERSION
from tests.api.process import PATH, edition
from tests.api.site import Site
from tests.conftest import write_files
from tests.databases import create
from tests.postgres.conftest import machine
from tests.postgres.server import Server, binaries

ASKED = (PATH, f"{PATH}?format=json", f"{PATH}.md", "/api/v1/search?q=ECONNREFUSED&facets=true",
         "/api/v1/articles", "/api/v1/errors", "/api/v1/tags", "/readyz")  # fmt: skip


def filled(settings: Settings) -> Library:
    """A library with five articles, in its third generation."""
    library = Library(settings)
    for number in (1, 2, 3):
        write_files(settings.content_dir, edition(number))
        assert ingest(library, [settings.content_dir], options=IngestOptions()).good
    return library


def answers(settings: Settings) -> list[tuple[int, bytes]]:
    """What a service says, without the ids and times of the requests."""
    with Site(settings) as site:
        given = [site.get(target) for target in ASKED]
    return [(a.status, re.sub(rb'"requestId":.*', b"", a.body)) for a in given]


def run(program: str, *arguments: object) -> None:
    folder = binaries()
    assert folder is not None
    subprocess.run([folder / program, *map(str, arguments)], check=True, capture_output=True)


def test_a_dump_that_is_restored_answers_the_same(
    server: Server, settings: Settings, tmp_path: Path
) -> None:
    filled(settings).close()
    dump, name = tmp_path / "fixbook.dump", f"again_{tmp_path.name}"
    run("pg_dump", "--format=custom", f"--file={dump}", settings.database_url)
    create(server.url(), name, template="template0")
    run("pg_restore", f"--dbname={server.url(name)}", dump)
    again = machine(tmp_path / "two", server.url(name))
    library = Library(again)
    assert library.database.is_current()
    library.mend()  # as `fixbook serve` does: the index is made from the rows
    library.close()

    assert answers(again) == answers(settings)


def test_a_backup_goes_into_sqlite_and_back(
    server: Server, settings: Settings, tmp_path: Path
) -> None:
    expected = answers((library := filled(settings)).settings)
    file = tmp_path / "backup.fixbook"
    write_bundle(library, file, url="https://fixes.example", reader_version=READER_VERSION)
    library.close()
    name = f"back_{tmp_path.name}"
    create(server.url(), name, template="template0")
    for to in (
        load_settings(data_dir=tmp_path / "sqlite"), machine(tmp_path / "two", server.url(name))
    ):  # fmt: skip
        other = Library(to)
        upgrade(other.database)
        assert restore(other, file, reader_version=READER_VERSION).number == 3
        other.close()
        assert answers(to) == expected
