"""The library: one generation at a time, rows and index together."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from corpus.errors import Busy, IndexMissing, Unavailable
from corpus.library import Library
from corpus.search.reading import Reading
from corpus.settings import Settings
from corpus.store.generations import EMPTY, ingest_lock, new_index_name, number_of
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import Ingested, write_files
from tests.factories import make_document, numbered_document


def ids(reading: Reading) -> list[str]:
    """The articles, as the rows have them."""
    return sorted(reading.connection.exec_driver_sql("SELECT id FROM articles").scalars())


@pytest.mark.sqlite("no file, no database")
def test_making_one_touches_no_database(settings: Settings) -> None:
    library = Library(settings)

    assert not (settings.data_dir / "fixbook.db").exists()
    with pytest.raises(Unavailable):
        library.current()
    assert not (settings.data_dir / "fixbook.db").exists()
    library.close()


def test_before_the_first_ingest_there_is_nothing_to_read(library: Library) -> None:
    assert library.current() == EMPTY
    with pytest.raises(Unavailable, match="there is no search index yet"), library.reading():
        pass


def test_a_reading_keeps_its_generation(ingested: Ingested, settings: Settings) -> None:
    library = ingested({"a.md": numbered_document(1)})
    with library.reading() as before:
        write_files(settings.content_dir, {"b.md": numbered_document(2)})
        ingest(library, [settings.content_dir], options=IngestOptions())
        with library.reading() as after:
            assert (after.generation.number, after.index.count(), len(ids(after))) == (2, 2, 2)
        assert (before.generation.number, before.index.count(), len(ids(before))) == (1, 1, 1)


def test_old_indexes_are_swept(ingested: Ingested, settings: Settings) -> None:
    library = ingested({"a.md": numbered_document(0)})
    for number in range(1, 5):
        write_files(settings.content_dir, {"a.md": numbered_document(number)})
        ingest(library, [settings.content_dir], options=IngestOptions())

    assert library.current().number == 5
    assert sorted(number_of(path.name) for path in settings.index_dir.iterdir()) == [4, 5]


def test_another_process_sees_the_notice(ingested: Ingested, settings: Settings) -> None:
    other = Library(settings)
    before = other.notice.value()
    ingested({"a.md": numbered_document(1)})

    assert other.notice.value() != before
    assert other.current().number == 1
    other.close()


def test_an_index_is_made_again_from_the_database(
    ingested: Ingested, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    draft = f"---\ndraft: true\n---\n{make_document()}"
    ingested({"a.md": numbered_document(1), "b.md": numbered_document(2), "c.md": draft}).close()
    shutil.rmtree(settings.index_dir)
    library = Library(settings)
    before = library.current()
    assert not library.has_index(before)

    library.restore_index()

    assert library.current() == before
    assert library.has_index(before)
    assert "the index of generation 1 was rebuilt from the database" in caplog.text
    with library.reading() as reading:
        assert (reading.index.count(), len(ids(reading))) == (2, 3)
    library.close()


def test_an_index_is_not_made_again_while_an_ingest_runs(
    ingested: Ingested, settings: Settings
) -> None:
    library = ingested({"a.md": numbered_document(1)})
    with ingest_lock(settings.data_dir), pytest.raises(Busy):
        library.restore_index()
    assert library.current().number == 1


@pytest.mark.sqlite("where the file is")
def test_a_database_in_another_place(
    ingested: Ingested, settings: Settings, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    library = ingested({"a.md": numbered_document(1)})
    library.close()
    shutil.copy(settings.data_dir / "fixbook.db", elsewhere)
    other = Library(settings.model_copy(update={"database_url": f"sqlite:///{elsewhere}"}))

    assert other.database.path == elsewhere
    assert other.current().number == 1
    other.close()


def test_a_missing_index_is_mended_and_a_sound_one_left(
    ingested: Ingested, settings: Settings
) -> None:
    library = ingested({"a.md": numbered_document(1)})
    library.mend()
    assert library.current().number == 1

    shutil.rmtree(settings.index_dir)
    other = Library(settings)
    other.mend()

    with other.reading() as reading:
        assert (reading.generation, reading.index.count()) == (library.current(), 1)
    other.close()


def test_there_is_nothing_to_mend_before_the_first_ingest(library: Library) -> None:
    library.mend()
    assert library.current() == EMPTY


def test_an_index_that_turns_out_damaged_is_opened_again(ingested: Ingested) -> None:
    library = ingested({"a.md": numbered_document(1)})
    with suppress(IndexMissing), library.reading() as reading:
        before = reading.index
        raise IndexMissing("as an engine says when it reads damage")

    with library.reading() as after:
        assert after.index is not before


def test_rows_can_be_read_without_the_index(ingested: Ingested, settings: Settings) -> None:
    ingested({"a.md": numbered_document(1)}).close()
    shutil.rmtree(settings.index_dir)
    library = Library(settings)

    with library.reading() as reading:
        assert ids(reading) == ["art_Numbered0001"]
        with pytest.raises(IndexMissing, match="the search index is missing"):
            assert reading.index
    library.close()


# Several machines


@pytest.fixture
def elsewhere(library: Library, tmp_path: Path) -> Iterator[Library]:
    """Another machine over the same database: its data folder is its own."""
    changed = {"data_dir": tmp_path / "elsewhere", "database_url": library.settings.database}
    other = Library(library.settings.model_copy(update=changed))
    yield other
    other.close()


def test_each_machine_makes_its_own_index_and_publishes_nothing(
    ingested: Ingested, elsewhere: Library
) -> None:
    library = ingested({"a.md": numbered_document(1), "b.md": numbered_document(2)})
    published = library.current()
    for _look in range(3):
        assert elsewhere.mend() == library.mend() == published

    with elsewhere.reading() as there, library.reading() as here:
        assert there.generation == here.generation
        assert there.index.count() == here.index.count() == 2
        assert there.index is not here.index


def test_another_machine_sweeps_its_own_indexes(ingested: Ingested, elsewhere: Library) -> None:
    for number in range(4):
        library = ingested({"a.md": numbered_document(number)})
        elsewhere.mend()

    for machine in (library, elsewhere):
        names = [path.name for path in machine.settings.index_dir.iterdir()]
        assert sorted(map(number_of, names)) == [3, 4]


def test_what_was_left_by_a_killed_ingest_is_not_taken_for_another_index(
    ingested: Ingested, elsewhere: Library
) -> None:
    """Two machines make an index with the same number; only one of them is published."""
    with elsewhere.writing_index(new_index_name(1), previous=None):
        pass
    ingested({"a.md": numbered_document(1)})

    elsewhere.mend()

    with elsewhere.reading() as reading:
        assert reading.index.count() == 1
    assert len(list(elsewhere.settings.index_dir.iterdir())) == 1


def test_another_engine_makes_its_own_index_of_the_same_generation(
    ingested: Ingested, settings: Settings
) -> None:
    library = ingested({"a.md": numbered_document(1)})
    other = Library(settings.model_copy(update={"search_url": "tantivy"}))

    assert other.mend() == library.mend() == library.current()

    with other.reading() as theirs, library.reading() as ours:
        assert theirs.index.count() == ours.index.count() == 1
    other.close()


def test_a_change_of_generation_is_counted_once(ingested: Ingested, elsewhere: Library) -> None:
    ingested({"a.md": numbered_document(1)})
    assert [elsewhere.current().number, elsewhere.current().number] == [1, 1]
    before = elsewhere.changes
    with elsewhere.reading():
        assert elsewhere.changes == before
    ingested({"b.md": numbered_document(2)})
    with elsewhere.reading():
        assert elsewhere.changes == before + 1
    elsewhere.mark_unavailable()
    elsewhere.mark_unavailable()
    assert elsewhere.changes == before + 2
