"""A shelf: a content folder and the library that it is ingested into."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from corpus.library import Library
from corpus.search.reading import Reading
from corpus.search.service import SearchRequest, search
from corpus.settings import Settings
from corpus.store import schema
from ingest.pipeline import IngestOptions, ingest
from ingest.report import IngestReport
from tests.conftest import write_files
from tests.databases import make_tables


@dataclass(frozen=True, slots=True)
class Shelf:
    """Writes files, ingests them, and says what readers then see."""

    library: Library

    @property
    def content(self) -> Path:
        """The content folder."""
        return self.library.settings.content_dir

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Writes files below the content folder."""
        write_files(self.content, files)

    def delete(self, *names: str) -> None:
        """Deletes files."""
        for name in names:
            (self.content / name).unlink()

    def ingest(self, *paths: Path, options: IngestOptions | None = None) -> IngestReport:
        """Ingests these paths, by default the content folder."""
        return ingest(self.library, paths or [self.content], options=options or IngestOptions())

    def complaints(self, report: IngestReport) -> list[str]:
        """What was wrong, with paths from the content folder."""
        return [str(problem).replace(f"{self.content}/", "") for problem in sorted(report.problems)]

    def titles(self) -> dict[str, str]:
        """The titles of published articles by slug: checked to be found, each, by a search."""
        with self.library.reading() as reading:
            titles = stored_titles(reading)
            assert reading.generation.articles == len(titles)
            assert reading.index.count() == len(titles)
            for slug in titles:
                assert slug in found(reading, slug)
        return titles


def counts(report: IngestReport) -> dict[str, int]:
    """What a report counts, zeros left out."""
    names = ("added", "changed", "unchanged", "removed", "rejected")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def stored_titles(reading: Reading) -> dict[str, str]:
    """The titles of published articles by slug, as the database has them."""
    articles, texts = schema.articles, schema.translations
    query = (
        select(articles.c.slug, texts.c.title)
        .join(texts)
        .where(articles.c.state == "published", texts.c.position == 0)
        .order_by(articles.c.slug)
    )
    return {row.slug: row.title for row in reading.connection.execute(query)}


def found(reading: Reading, q: str) -> list[str]:
    """The slugs that a search finds."""
    answer = search(reading, SearchRequest(q=q, page_size=100))
    return [item.summary.slug for item in answer.items]


@pytest.fixture
def shelf(settings: Settings) -> Iterator[Shelf]:
    """An empty shelf."""
    library = Library(settings)
    make_tables(library.database)
    yield Shelf(library)
    library.close()
