"""Embedded indexes of machines that share a database: each makes its own, from the difference."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.library import Library
from corpus.search.service import SearchRequest, search
from corpus.settings import Settings
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import write_files
from tests.factories import numbered_document
from tests.postgres.conftest import machine


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    """The machine that ingests."""
    opened = Library(settings)
    yield opened
    opened.close()


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Iterator[Library]:
    """A machine that serves."""
    opened = Library(machine(tmp_path / "two", settings.database))
    yield opened
    opened.close()


def publish(library: Library, *numbers: int, title: str = "") -> None:
    """Publishes these articles and no others."""
    content = library.settings.content_dir
    for old in content.glob("*"):
        old.unlink()
    write_files(content, {f"{n}.md": numbered_document(n, title=title) for n in numbers})
    assert ingest(library, [content], options=IngestOptions()).published


def found(library: Library, q: str) -> list[str]:
    """The slugs that a search finds."""
    with library.reading() as reading:
        return sorted(hit.summary.slug for hit in search(reading, SearchRequest(q=q)).items)


def test_the_next_index_is_made_from_the_difference(
    library: Library, elsewhere: Library, caplog: pytest.LogCaptureFixture
) -> None:
    publish(library, 1, 2, 3)
    elsewhere.mend()
    assert "the index of generation 1 was rebuilt from the database" in caplog.text
    publish(library, 2, 3, 4, title="Quota")
    elsewhere.mend()
    assert "the index of generation 2 was rebuilt from the previous index" in caplog.text
    assert found(elsewhere, "quota") == ["article-002", "article-003", "article-004"]
    assert found(elsewhere, "article-001") == found(library, "article-001")


def test_an_index_that_was_lost_meanwhile_is_made_whole(
    library: Library, elsewhere: Library
) -> None:
    publish(library, 1, 2)
    elsewhere.mend()
    [folder] = elsewhere.settings.index_dir.iterdir()
    for file in folder.iterdir():
        file.unlink()
    publish(library, 2, 3)
    elsewhere.mend()
    assert found(elsewhere, "ECONNREFUSED") == ["article-002", "article-003"]


def test_another_ingest_goes_on_where_the_first_ended(library: Library, elsewhere: Library) -> None:
    publish(library, 1)
    publish(elsewhere, 1, 2)
    assert library.mend() == elsewhere.current()
    assert library.current().number == 2
    assert found(library, "ECONNREFUSED") == ["article-001", "article-002"]
