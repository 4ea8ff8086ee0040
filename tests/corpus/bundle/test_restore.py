"""Backup and restore: the corpus that was, with everything in it, and nothing half done."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from corpus.bundle.archive import write_bundle
from corpus.bundle.restore import restore
from corpus.errors import BundleError, Busy
from corpus.feedback import gaps, reports, review_log
from corpus.feedback.backup import TABLES
from corpus.feedback.gaps import UnansweredQuestion
from corpus.feedback.reports import ReportOutcome, reported_text
from corpus.library import Library
from corpus.store import api_keys, articles, generations, schema
from corpus.store.entry import Entry
from corpus.store.generations import Generation
from corpus.store.migrations.upgrade import upgrade
from ingest.pipeline import IngestOptions, ingest
from ingest.prepare import READER_VERSION
from tests.bundles import members, repacked, with_members
from tests.conftest import Ingested, settings_in, write_files
from tests.factories import make_document

DOCUMENTS = {"connection-refused.md": make_document(), "b.md": "# Disk is full\n\nMake room.\n"}

Values = dict[str, Any]
"""An article as a bundle holds it."""


def backed_up(library: Library, file: Path) -> Path:
    write_bundle(library, file, url="https://fixes.example", reader_version=READER_VERSION)
    return file


def restored(library: Library, file: Path) -> Generation:
    return restore(library, file, reader_version=READER_VERSION)


def entries(library: Library) -> list[Entry]:
    with library.reading() as reading:
        ids = sorted(articles.fingerprints(reading.connection))
        return list(articles.load(reading.connection, ids))


def elsewhere(folder: Path) -> Library:
    """An empty library in another place."""
    library = Library(settings_in(folder))
    upgrade(library.database)
    return library


def test_an_empty_service_becomes_the_one_that_was(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(DOCUMENTS)
    file = backed_up(library, tmp_path / "backup.fixbook")
    other = elsewhere(tmp_path / "other")
    made = restored(other, file)

    assert (made.number, made.articles) == (1, 2)
    assert made.published_at == library.current().published_at
    assert entries(other) == entries(library)
    assert other.has_index(other.current())
    report = ingest(other, [library.settings.content_dir], options=IngestOptions())
    assert (report.unchanged, report.published) == (2, False)
    other.close()


def test_what_was_published_since_is_replaced_and_numbers_go_on(
    library: Library, ingested: Ingested, tmp_path: Path
) -> None:
    before = entries(ingested(DOCUMENTS))
    file = backed_up(library, tmp_path / "backup.fixbook")
    with library.database.writing() as connection:
        token = api_keys.add(connection, "ci")
    content = write_files(
        library.settings.content_dir, {"b.md": "# Other\n\nText.\n", "c.md": "# C\n"}
    )
    ingest(library, [content], options=IngestOptions())
    newer = library.current()
    seen = library.notice.value()
    made = restored(library, file)

    assert made.number == newer.number + 1
    assert made.published_at > newer.published_at
    assert entries(library) == before
    assert library.notice.value() == seen + 1
    assert library.mend() == made
    with library.database.reading() as connection:
        assert api_keys.Keyring(api_keys.all_keys(connection)).holder(token) is not None


def test_what_is_no_backup_changes_nothing(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(DOCUMENTS)
    whole = backed_up(library, tmp_path / "backup.fixbook").read_bytes()
    before = library.current()
    broken = tmp_path / "broken.fixbook"
    for content in (b"", b"hello", whole[: len(whole) // 2]):
        broken.write_bytes(content)
        with pytest.raises(BundleError):
            restored(library, broken)

    assert library.current() == before


def test_not_while_an_ingest_runs(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(DOCUMENTS)
    file = backed_up(library, tmp_path / "backup.fixbook")
    with generations.ingest_lock(library.settings.data_dir), pytest.raises(Busy):
        restored(library, file)


def forged(library: Library, file: Path, change: Callable[[Values], object]) -> Path:
    """A backup whose second article was changed, and whose checksums fit."""
    backed_up(library, file)
    first, line = members(file)["articles.jsonl"].splitlines()
    values = json.loads(line)
    change(values)
    text = first + b"\n" + json.dumps(values).encode() + b"\n"
    return repacked(file, lambda found: with_members(found, {"articles.jsonl": text}))


def setting(*path: str | int, to: object) -> Callable[[Values], object]:
    """Puts another value in a place of an article."""

    def change(values: Any) -> None:
        for step in path[:-1]:
            values = values[step]
        values[path[-1]] = to

    return change


METADATA = ("article", "metadata")
TEXT = ("article", "translations", 0)
DERIVED = ("derived", 0)
UNFIT = "its articles are invalid or inconsistent"


@pytest.mark.parametrize(
    "change",
    [
        setting("article", "slug", to="../../up"),
        setting("article", "slug", to=".hidden"),
        setting("article", "slug", to="b\r\n"),
        setting("article", "slug", to="b"),
        setting("article", "state", to="other"),
        setting("article", "translations", to=[]),
        setting("derived", to=[]),
        setting(*DERIVED, "lang", to="zh"),
        setting("signatures", 0, "origin", to="other"),
        setting("signatures", 0, "gaps", to=["a"]),
        setting(*TEXT, "lang", to="../en"),
        setting(*TEXT, "body", to=None),
        setting(*TEXT, "body", to="\ud800"),
        setting(*METADATA, "id", to="art_b\ud800"),
        setting(*METADATA, "status", to="other"),
        setting(*METADATA, "confidence", to=10**30),
        setting(*METADATA, "versions", to=5),
        setting(*METADATA, "runtimes", to=[1]),
        setting(*METADATA, "published_at", to="lately"),
        setting("evidence", to=[{"receipt": {"check": "a"}, "is_stale": False}]),
        setting("unit", to=None),
        setting("unit", to="content/b"),
        dict.clear,
    ],
)
def test_articles_that_do_not_fit_change_nothing(
    ingested: Ingested, tmp_path: Path, change: Callable[[Values], object]
) -> None:
    library = ingested(DOCUMENTS)
    before = entries(library)
    file = forged(library, tmp_path / "backup.fixbook", change)
    with pytest.raises(BundleError, match=UNFIT):
        restored(library, file)
    assert entries(library) == before


@pytest.mark.parametrize(
    "text", [b"{", b"\xff\n", b"[" * 100_000, b"\0" * 1_000_000, b"{}\n", b"\n", b"null\n"]
)
def test_lines_that_are_no_articles(ingested: Ingested, tmp_path: Path, text: bytes) -> None:
    library = ingested(DOCUMENTS)
    file = backed_up(library, tmp_path / "backup.fixbook")
    repacked(file, lambda found: with_members(found, {"articles.jsonl": text}))
    with pytest.raises(BundleError, match=UNFIT):
        restored(library, file)


def test_an_article_that_is_there_twice(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(DOCUMENTS)
    before = entries(library)
    file = backed_up(library, tmp_path / "backup.fixbook")
    text = members(file)["articles.jsonl"]
    repacked(file, lambda found: with_members(found, {"articles.jsonl": text + text}))
    with pytest.raises(BundleError, match=UNFIT):
        restored(library, file)
    assert entries(library) == before


def test_all_rows_are_made_from_the_articles(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(DOCUMENTS)
    before = rows(library)
    restored(library, backed_up(library, tmp_path / "backup.fixbook"))
    assert rows(library) == before
    assert len(before["stored_documents"]) == 2


def rows(library: Library) -> dict[str, list[str]]:
    """Every row of every table but that of the generation, which is a new one."""
    with library.database.reading() as connection:
        return {
            table.name: sorted(repr(row) for row in connection.execute(select(table)))
            for table in schema.metadata.sorted_tables
            if table is not schema.generation
        }


def given_back(library: Library) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that no ingest touches."""
    with library.database.reading() as connection:
        return {
            name: sorted(tuple(row) for row in connection.execute(select(table)))
            for name, table in TABLES.items()
        }


def give_back(library: Library, outcome: ReportOutcome) -> None:
    with library.database.recording() as connection:
        found = articles.find(connection, "connection-refused")
        assert found is not None
        text = reported_text(found.entry, "en", "")
        reports.record(connection, text, outcome, key_id="0a0b", environment={"os": "x"})
        gaps.record(connection, [UnansweredQuestion(signature="no such thing", caller="ana")])
        review_log.add(connection, key_name="ana", action="accept", subject="1", reason=outcome)


def test_what_readers_gave_back_is_in_a_backup_alone(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(DOCUMENTS)
    give_back(library, ReportOutcome.WORKED)
    saved = given_back(library)
    assert [len(rows) for rows in saved.values()].count(0) == len(saved) - 5
    plain, backup = backed_up(library, tmp_path / "a.fixbook"), tmp_path / "b.fixbook"
    url = "https://fixes.example"
    write_bundle(library, backup, url=url, reader_version=READER_VERSION, is_backup=True)
    assert "feedback.jsonl" not in members(plain)

    other = elsewhere(tmp_path / "other")
    restored(other, plain)
    assert not any(given_back(other).values())
    restored(other, backup)
    assert given_back(other) == saved

    give_back(other, ReportOutcome.DID_NOT_WORK)
    newer = given_back(other)
    restored(other, backup)
    assert given_back(other) == newer
    other.close()


@pytest.mark.parametrize(
    "line",
    [
        b"{", b"[]", b'{"table": "api_keys", "row": {"id": "1"}}',
        b'{"table": "reports", "row": {"id": "1"}}', b'{"table": "reports", "row": {}}',
        b'{"table": "review_log", "row": []}',
    ],
)  # fmt: skip
def test_odd_feedback_is_refused_and_changes_nothing(
    ingested: Ingested, tmp_path: Path, line: bytes
) -> None:
    library, backup = ingested(DOCUMENTS), tmp_path / "b.fixbook"
    write_bundle(library, backup, url="x", reader_version=READER_VERSION, is_backup=True)
    changed = repacked(backup, lambda found: with_members(found, {"feedback.jsonl": line + b"\n"}))

    with pytest.raises(BundleError) as refused:
        restored(library, changed)

    assert "its feedback is invalid" in refused.value.message
    assert library.current().number == 1
