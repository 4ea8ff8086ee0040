"""The record of the last ingest: what it did, also when it failed, and never an obstacle."""

import time
from pathlib import Path

import pytest

from corpus.errors import Unavailable
from corpus.last_records import IngestOutcome, IngestRecord
from corpus.library import Library
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import Ingested, write_files

RECORD = IngestRecord(
    outcome=IngestOutcome.PUBLISHED, ended_at=1.5, seconds=0.25, added=3, rejected=1
)


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    assert IngestRecord.last(tmp_path) is None
    RECORD.save(tmp_path)
    assert IngestRecord.last(tmp_path) == RECORD


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"outcome":"odd"}'])
def test_one_that_cannot_be_read_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ingest.json").write_bytes(content)
    assert IngestRecord.last(tmp_path) is None


def test_one_that_cannot_be_kept_harms_nothing(tmp_path: Path) -> None:
    RECORD.save(tmp_path / "nowhere")
    assert IngestRecord.last(tmp_path / "nowhere") is None


def test_every_ingest_is_recorded(library: Library, ingested: Ingested) -> None:
    def record() -> IngestRecord:
        found = IngestRecord.last(library.settings.data_dir)
        assert found is not None
        assert abs(found.ended_at - time.time()) < 60
        return found

    ingested({"a.md": "# A\n\nText.\n"})
    assert (record().outcome, record().added) == (IngestOutcome.PUBLISHED, 1)
    ingested({"a.md": "# A\n\nText.\n"})
    assert (record().outcome, record().unchanged) == (IngestOutcome.UNCHANGED, 1)
    content = write_files(library.settings.content_dir, {"b.md": b"\xff", "c.md": "# C\n\nText.\n"})
    ingest(library, [content], options=IngestOptions(dry_run=True))
    assert record().unchanged == 1
    ingest(library, [content], options=IngestOptions())
    assert (record().added, record().rejected) == (1, 1)


def test_a_failure_is_recorded(library: Library, ingested: Ingested) -> None:
    ingested({"a.md": "# A\n\nText.\n"})
    with library.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE generation")
    with pytest.raises(Unavailable):
        ingest(library, [library.settings.content_dir], options=IngestOptions())
    found = IngestRecord.last(library.settings.data_dir)

    assert found is not None
    assert found.outcome is IngestOutcome.FAILED
