"""Snapshots hold the rows that the connection saw, all of them and as they were."""

from pathlib import Path

from sqlalchemy import Connection, select

from corpus.bundle.snapshot import write_snapshot
from corpus.document.article import Status
from corpus.store import schema
from corpus.store.database import Database
from tests.conftest import Ingested
from tests.factories import (
    make_article,
    make_code_block,
    make_document,
    make_metadata,
    make_question,
    make_record,
    make_translation,
)


def rows(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in an order that no collation changes."""
    return {
        table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
        for table in schema.metadata.sorted_tables
    }


def documents() -> dict[str, str]:
    whole = make_article(
        metadata=make_metadata(
            code="TRANS-002", aliases=["old"], status=Status.VERIFIED, records=[make_record()],
            related_ids=["art_Other0000001"],
        ),
        translations=[
            make_translation(code_blocks=[make_code_block()], questions=[make_question()]),
            make_translation(lang="zh", title="拒绝"),
        ],
    )  # fmt: skip
    return {
        "connection-refused.md": make_document(whole),
        "connection-refused.zh.md": make_document(whole, lang="zh"),
        "draft.md": "---\ndraft: true\nowner: {name: [1, null]}\n---\n# Draft\n\nText.\n",
    }


def test_a_snapshot_holds_every_row(ingested: Ingested, tmp_path: Path) -> None:
    library, path = ingested(documents()), tmp_path / "copy.db"
    with library.reading() as reading:
        write_snapshot(reading.connection, path)
        before = rows(reading.connection)
    copy = Database(f"sqlite:///{path}")
    with copy.reading() as connection:
        after = rows(connection)
    copy.dispose()
    assert after == before
    assert len(after["translations"]) == 3
    assert len(after["generation"]) == 1


def test_it_is_one_file_and_the_same_for_the_same_rows(ingested: Ingested, tmp_path: Path) -> None:
    library = ingested(documents())
    with library.reading() as reading:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            write_snapshot(reading.connection, tmp_path / name / "copy.db")
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["copy.db"]
    assert (tmp_path / "one/copy.db").read_bytes() == (tmp_path / "two/copy.db").read_bytes()
