"""The articles of `content/`, ingested once in a run of the tests and shared by all its workers.

Reading and analysing them takes half a minute, and what is made of them is only read. Who writes
takes a copy.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from corpus.library import Library
from corpus.search.reading import Reading
from corpus.settings import Settings, load_settings
from ingest.pipeline import IngestOptions, ingest
from tests import databases

CONTENT = Path(__file__).parents[1] / "content"
_FIRST = "tantivy"
"""The engine that the articles are read for; others build their index from the database."""


class SharedCorpus:
    """Data folders with the articles of `content/`, one for each engine and model."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        own = factory.getbasetemp()
        is_worker = "PYTEST_XDIST_WORKER" in os.environ
        self._root = (own.parent if is_worker else own) / "corpora"
        self._root.mkdir(exist_ok=True)

    @contextmanager
    def reading(self, engine: str = "whoosh", *, vectors: Path | None = None) -> Iterator[Reading]:
        """The articles, open for reading."""
        folder = self.folder(engine, vectors=vectors)
        library = Library(_settings(folder, engine, vectors))
        with library.reading() as reading:
            yield reading
        library.close()

    def folder(self, engine: str = "whoosh", *, vectors: Path | None = None) -> Path:
        """A data folder that nobody writes to once it is there: made by who comes first."""
        first = self._root / _FIRST
        name = f"{engine} {vectors or ''}".strip()
        folder = first if name == _FIRST else self._root / sha256(name.encode()).hexdigest()[:16]
        with _locked(folder.with_suffix(".lock")):
            if not folder.exists():
                made = folder.with_suffix(".new")
                made.mkdir()
                if folder != first:
                    shutil.copy(self.folder(_FIRST) / "fixbook.db", made)
                _ingest(_settings(made, engine, vectors))
                made.rename(folder)
        return folder

    def fill(self, settings: Settings) -> None:
        """Makes a corpus of one's own, as these settings have it; on PostgreSQL by an ingest."""
        if databases.SERVER:
            _ingest(settings)
        else:
            theirs = shutil.ignore_patterns("*-shm", "*-wal")  # of those who are reading it
            folder = self.folder(settings.search_url)
            shutil.copytree(folder, settings.data_dir, ignore=theirs, dirs_exist_ok=True)


def _ingest(settings: Settings) -> None:
    library = Library(settings)
    databases.make_tables(library.database)
    assert ingest(library, [CONTENT], options=IngestOptions()).good
    library.close()


def _settings(folder: Path, engine: str, vectors: Path | None) -> Settings:
    return load_settings(content_dir=CONTENT, data_dir=folder, search_url=engine, vectors=vectors)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """While no other process has the lock."""
    with file.open("a") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
