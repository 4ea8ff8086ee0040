"""Upgrades: what this version has stored is there after a made-up next one has started."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from corpus.settings import Settings
from tests.api.process import environment
from tests.conftest import Ingested
from tests.factories import PUBLIC_URL, make_document
from tests.versions import CHANGING, next_version

pytestmark = pytest.mark.sqlite("tests/postgres does the same there")

SLUG = "connection-refused"


def test_articles_are_as_they_were(ingested: Ingested, settings: Settings, tmp_path: Path) -> None:
    ingested({f"{SLUG}.md": make_document()}).close()
    program = next_version(tmp_path / "program", CHANGING)

    def command(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            env=environment(settings, PYTHONPATH=str(program), FIXBOOK_PUBLIC_URL=PUBLIC_URL),
            capture_output=True, text=True, check=True, cwd="/",
        )  # fmt: skip
        return done.stdout

    assert command("show", SLUG) == make_document()
    assert "1 unchanged" in command("ingest")
    with closing(sqlite3.connect(settings.data_dir / "fixbook.db")) as connection:
        assert list(connection.execute("SELECT version_num FROM alembic_version")) == [(CHANGING,)]
