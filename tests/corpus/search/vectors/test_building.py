"""The vectors of a generation: made by an ingest, kept while nothing changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.bundle.archive import write_bundle
from corpus.bundle.restore import restore
from corpus.library import Library
from corpus.store.generations import Generation
from corpus.store.migrations.upgrade import upgrade
from ingest.pipeline import IngestOptions, ingest
from ingest.prepare import READER_VERSION
from tests.conftest import settings_in, write_files
from tests.corpus.search.test_meaning import AXES, DOCUMENTS
from tests.static_models import small_model


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library with vectors and the articles of the tests of meaning."""
    opened = with_model(tmp_path, small_model(tmp_path / "model", AXES))
    write_files(opened.settings.content_dir, DOCUMENTS)
    publish(opened)
    yield opened
    opened.close()


def with_model(folder: Path, model: Path | None) -> Library:
    opened = Library(settings_in(folder, vectors=model))
    upgrade(opened.database)
    return opened


def publish(library: Library) -> Generation:
    ingest(library, [library.settings.content_dir], options=IngestOptions())
    return library.current()


def vectors(library: Library) -> dict[str, bytes]:
    """The vectors of all articles, by slug."""
    query = "SELECT slug, vectors FROM passage_vectors JOIN articles ON id = article_id"
    with library.database.reading() as connection:
        return {slug: bytes(own) for slug, own in connection.exec_driver_sql(query)}


def test_every_published_article_has_vectors(library: Library) -> None:
    draft = DOCUMENTS["lamp.md"].replace("---\n#", "draft: true\n---\n#")
    assert {*vectors(library)} == {name.removesuffix(".md") for name in DOCUMENTS}
    write_files(library.settings.content_dir, {"lamp.md": draft, "new.md": "# A fan\n\nLoud."})
    publish(library)
    assert {*vectors(library)} == {
        name.removesuffix(".md") for name in (*DOCUMENTS, "new.md") if name != "lamp.md"
    }


def test_a_change_makes_the_vectors_of_that_article_anew(library: Library) -> None:
    before, generation = vectors(library), library.current()
    changed = DOCUMENTS["cable.md"].replace("cable", "fan")
    write_files(library.settings.content_dir, {"cable.md": changed})
    after = publish(library)
    assert {slug for slug, own in vectors(library).items() if before[slug] != own} == {"cable"}
    assert generation.vector_model is not None
    assert after.vector_model is not None
    assert after.vector_model.fingerprint == generation.vector_model.fingerprint
    assert after.vector_model.chance != generation.vector_model.chance


def test_an_ingest_without_a_change_publishes_nothing(library: Library) -> None:
    generation = library.current()
    assert publish(library) == generation


def test_another_model_makes_all_vectors_anew(library: Library, tmp_path: Path) -> None:
    before, generation = vectors(library), library.current()
    other = with_model(tmp_path, small_model(tmp_path / "other", AXES[:3]))
    after = publish(other)
    assert after.number == generation.number + 1
    assert after.vector_model is not None
    assert after.vector_model.fingerprint == (other.model and other.model.fingerprint)
    assert {*vectors(other)} == {*before}
    assert all(len(own) % 3 == 0 for own in vectors(other).values())
    other.close()


def test_without_the_setting_nothing_is_made(tmp_path: Path) -> None:
    plain = with_model(tmp_path / "plain", None)
    write_files(plain.settings.content_dir, DOCUMENTS)
    assert publish(plain).vector_model is None
    assert vectors(plain) == {}
    plain.close()


def test_what_was_changed_without_the_setting_gets_vectors_with_it(
    library: Library, tmp_path: Path
) -> None:
    plain = with_model(tmp_path, None)
    write_files(plain.settings.content_dir, {"cable.md": DOCUMENTS["cable.md"] + "\nLoud fan."})
    assert publish(plain).vector_model is None
    plain.close()
    assert publish(library).vector_model is not None
    assert {*vectors(library)} == {name.removesuffix(".md") for name in DOCUMENTS}


def test_the_same_corpus_has_the_same_vectors_elsewhere(library: Library, tmp_path: Path) -> None:
    other = with_model(tmp_path / "other", library.settings.vectors)
    files = dict(reversed(DOCUMENTS.items()))
    for name, text in files.items():
        write_files(other.settings.content_dir, {name: text})
        publish(other)
    assert other.current().vector_model == library.current().vector_model
    assert vectors(other) == vectors(library)
    other.close()


def test_a_restored_bundle_gets_vectors(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "backup.fixbook"
    write_bundle(library, file, url="https://fixes.example", reader_version=READER_VERSION)
    for name, model in (("with", library.settings.vectors), ("without", None)):
        other = with_model(tmp_path / name, model)
        restore(other, file, reader_version=READER_VERSION)
        assert vectors(other) == (vectors(library) if model else {})
        assert (other.current().vector_model == library.current().vector_model) is bool(model)
        other.close()
