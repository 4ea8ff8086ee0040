"""Corpora that others wrote: every file goes in, with what it says of itself."""

from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from corpus.library import Library
from corpus.store import articles, schema
from ingest.discover import find_sources
from ingest.pipeline import IngestOptions, ingest
from tests.ingest.conftest import stored_titles

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
MISSING = "the corpora are not beside the repository"


def front_matter(path: Path) -> dict[str, object]:
    """What stands above a file's text."""
    loaded = yaml.load(path.read_text().split("---\n")[1], Loader=yaml.CBaseLoader)  # noqa: S506
    assert isinstance(loaded, dict)
    return loaded


@pytest.mark.skipif(not (CORPORA / "cpp-errors").is_dir(), reason=MISSING)
@pytest.mark.slow
def test_every_file_with_front_matter_goes_in(library: Library) -> None:
    folder = CORPORA / "cpp-errors"
    report = ingest(library, [folder], options=IngestOptions())

    assert [str(problem) for problem in report.problems] == []
    assert (report.added, report.rejected) == (1583, 0)
    with library.reading() as reading:
        assert len(stored_titles(reading)) == reading.index.count() == 1583
        by_unit = {
            entry.unit: entry.article
            for entry in articles.load(reading.connection, all_ids(library))
        }
    for unit in find_sources([folder], default_lang="en").units:
        article, front = by_unit[unit.name], front_matter(unit.files[0].path)
        assert article.translations[0].title == front["title"]
        if not str(front["description"]).startswith("Learn more about"):
            assert article.translations[0].summary == front["description"]
        month, day, year = str(front["ms.date"]).split("/")
        updated = f"{year}-{int(month):02}-{int(day):02}T00:00:00.000Z"
        assert article.metadata.updated_at == updated
        keywords = [*listed(front, "f1_keywords"), *listed(front, "helpviewer_keywords")]
        assert article.metadata.keywords == tuple(dict.fromkeys(keywords))


@pytest.mark.skipif(not (CORPORA / "upstream").is_dir(), reason=MISSING)
def test_every_document_of_the_public_site_goes_in(library: Library) -> None:
    report = ingest(library, [CORPORA / "upstream"], options=IngestOptions())

    assert [str(problem) for problem in report.problems if not problem.warning] == []
    assert (report.added, report.rejected) == (25, 0)
    with library.reading() as reading:
        entries = articles.load(reading.connection, all_ids(library))
        assert {entry.article.languages for entry in entries} == {("en", "zh")}
        assert reading.index.count() == 25


def all_ids(library: Library) -> list[str]:
    """The ids of all articles."""
    with library.reading() as reading:
        return list(reading.connection.scalars(select(schema.articles.c.id)))


def listed(front: dict[str, object], name: str) -> list[str]:
    """The texts of a list in front matter."""
    value = front.get(name, [])
    return [" ".join(str(item).split()) for item in value] if isinstance(value, list) else []
