"""The library: one generation at a time, rows and index together."""

import shutil
from pathlib import Path

import pytest

from corpus.errors import Busy, IndexMissing, Unavailable
from corpus.generation import EMPTY, ingest_lock
from corpus.library import Library, Reading
from corpus.settings import Settings
from ingest.pipeline import Options, ingest
from tests.conftest import Ingested, write_files
from tests.factories import make_document, numbered_document


def ids(reading: Reading) -> list[str]:
    """The articles, as the rows have them."""
    return sorted(reading.connection.exec_driver_sql("SELECT id FROM articles").scalars())


def test_making_one_touches_no_database(settings: Settings) -> None:
    library = Library(settings)

    assert not (settings.data_dir / "fixbook.db").exists()
    with pytest.raises(Unavailable):
        library.current()
    assert not (settings.data_dir / "fixbook.db").exists()
    library.close()


def test_before_the_first_ingest_there_is_nothing_to_read(library: Library) -> None:
    assert library.current() == EMPTY
    with pytest.raises(IndexMissing), library.reading():
        pass


def test_a_reading_keeps_its_generation(ingested: Ingested, settings: Settings) -> None:
    library = ingested({"a.md": numbered_document(1)})
    with library.reading() as before:
        write_files(settings.content_dir, {"b.md": numbered_document(2)})
        ingest(library, [settings.content_dir], options=Options())
        with library.reading() as after:
            assert (after.generation.number, after.index.count(), len(ids(after))) == (2, 2, 2)
        assert (before.generation.number, before.index.count(), len(ids(before))) == (1, 1, 1)


def test_old_indexes_are_swept(ingested: Ingested, settings: Settings) -> None:
    library = ingested({"a.md": numbered_document(0)})
    for number in range(1, 5):
        write_files(settings.content_dir, {"a.md": numbered_document(number)})
        ingest(library, [settings.content_dir], options=Options())

    assert library.current().number == 5
    assert sorted(path.name for path in settings.index_dir.iterdir()) == [
        "whoosh-00000004",
        "whoosh-00000005",
    ]


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

    library.rebuild_index()

    after = library.current()
    assert (after.number, after.articles) == (2, 2)
    assert library.has_index(after)
    assert "the search index was rebuilt from the database, generation 2" in caplog.text
    with library.reading() as reading:
        assert (reading.index.count(), len(ids(reading))) == (2, 3)
    library.close()


def test_an_index_is_not_made_again_while_an_ingest_runs(
    ingested: Ingested, settings: Settings
) -> None:
    library = ingested({"a.md": numbered_document(1)})
    with ingest_lock(settings.data_dir), pytest.raises(Busy):
        library.rebuild_index()
    assert library.current().number == 1


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
        assert (reading.generation.number, reading.index.count()) == (2, 1)
    other.close()


def test_there_is_nothing_to_mend_before_the_first_ingest(library: Library) -> None:
    library.mend()
    assert library.current() == EMPTY


def test_an_index_that_turns_out_damaged_is_opened_again(ingested: Ingested) -> None:
    library = ingested({"a.md": numbered_document(1)})
    with pytest.raises(IndexMissing), library.reading() as before:
        raise IndexMissing("as an engine says when it reads damage")

    with library.reading() as after:
        assert after.index is not before.index
