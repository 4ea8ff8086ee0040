"""Indexes: made with each generation, again when they are lost, and swept in the end."""

import shutil

import pytest

from corpus.errors import Busy, Unavailable
from corpus.library import Library
from corpus.search.engine import Field
from corpus.store.generations import EMPTY, ingest_lock, number_of
from ingest.pipeline import IngestOptions, ingest
from tests.factories import numbered_document
from tests.ingest.conftest import Shelf, counts


def test_a_lost_index_is_made_again(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1), "b.md": numbered_document(2)})
    shelf.ingest()
    before = shelf.library.current()
    for path in shelf.library.index_path(before.index_name).iterdir():
        path.unlink()
    later = Library(shelf.library.settings)  # another process: it has nothing open

    report = ingest(later, [shelf.content], options=IngestOptions())

    later.close()

    assert counts(report) == {"unchanged": 2}
    assert (report.generation, report.published) == (1, False)
    assert shelf.library.current() == before
    assert sorted(shelf.titles()) == ["article-001", "article-002"]


def test_a_lost_index_does_not_stop_a_change(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1), "b.md": numbered_document(2)})
    shelf.ingest()
    shutil.rmtree(shelf.library.settings.index_dir)
    shelf.write({"c.md": numbered_document(3)})
    later = Library(shelf.library.settings)

    report = ingest(later, [shelf.content], options=IngestOptions())

    later.close()
    assert (report.generation, report.published) == (2, True)
    assert sorted(shelf.titles()) == ["article-001", "article-002", "article-003"]


def test_an_index_from_the_database_is_the_one_from_the_files(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1), "b.md": numbered_document(2)})
    shelf.ingest()
    with shelf.library.reading() as reading:
        ids = ["art_Numbered0001", "art_Numbered0002"]
        before = list(shelf.library.index_documents(reading.connection, ids))

    with shelf.library.database.reading() as connection:
        shelf.library.fill_index(connection, shelf.library.current())

    with shelf.library.reading() as reading:
        assert reading.index.count() == 2
        assert list(shelf.library.index_documents(reading.connection, ids)) == before
        assert before[0].texts[Field.SIGNATURE].split()[:2] == ["connect", "econnrefused"]


def test_old_indexes_are_swept(shelf: Shelf) -> None:
    for number in range(4):
        shelf.write({"a.md": numbered_document(1, title=f"Version {number}")})
        shelf.ingest()

    names = [path.name for path in shelf.library.settings.index_dir.iterdir()]
    assert sorted(map(number_of, names)) == [3, 4]


def test_nothing_is_left_of_an_ingest_that_was_given_up(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1)})
    shelf.ingest()
    shelf.write({"b.md": ""})

    shelf.ingest()
    shelf.ingest(options=IngestOptions(strict=True, rebuild=True))

    names = [path.name for path in shelf.library.settings.index_dir.iterdir()]
    assert names == [f"whoosh-{shelf.library.current().index_name}"]


def test_an_index_that_cannot_be_written_is_said(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1)})
    shelf.library.settings.index_dir.write_text("in the way")

    with pytest.raises(Unavailable, match="the search index cannot be written"):
        shelf.ingest()

    assert shelf.library.current() == EMPTY


def test_two_ingests_at_once_are_one_too_many(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1)})

    with ingest_lock(shelf.library.settings.data_dir), pytest.raises(Busy):
        shelf.ingest()

    assert shelf.library.current() == EMPTY
    assert shelf.ingest().published


def test_a_second_process_does_the_same_work(shelf: Shelf) -> None:
    shelf.write({f"{n:03}.md": numbered_document(n) for n in range(80)} | {"bad.md": b"\xff"})

    report = shelf.ingest(options=IngestOptions(processes=2))

    assert counts(report) == {"added": 80, "rejected": 1}
    assert shelf.complaints(report) == ["bad.md:1: not UTF-8: invalid start byte"]
    assert len(shelf.titles()) == 80


def test_a_corpus_that_outgrows_the_engine_is_told(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf.library.engine, "comfortable", 1)
    shelf.write({"one.md": "# One\n\nText."})
    assert shelf.ingest().advice is None
    shelf.write({"two.md": "# Two\n\nText."})
    assert shelf.ingest().advice == (
        "2 articles are more than whoosh is good for (1); "
        "FIXBOOK_SEARCH_URL=tantivy builds and answers faster"
    )
