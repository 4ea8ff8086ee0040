"""Databases that somebody gave us: rows are read, everything else is refused."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.bundle.foreign_rows import foreign_rows, read_table
from corpus.bundle.snapshot import TABLES, write_snapshot
from corpus.errors import BundleError
from corpus.store.schema import articles, cards
from tests.conftest import Ingested
from tests.factories import numbered_document

Change = Callable[[sqlite3.Connection], object]


@pytest.fixture
def database(ingested: Ingested, tmp_path: Path) -> Path:
    """A database of two articles, as a bundle holds it."""
    library = ingested({f"{n}.md": numbered_document(n) for n in range(2)})
    with library.reading() as reading:
        write_snapshot(reading.connection, tmp_path / "rows.db")
    return tmp_path / "rows.db"


def changed(database: Path, *statements: str) -> Path:
    with sqlite3.connect(database) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return database


def forged(database: Path, kind: str, name: str, statement: str) -> Path:
    """A schema that says of itself what it is not, which only a hand can write."""
    return changed(
        database,
        "PRAGMA writable_schema = ON",
        f"DELETE FROM sqlite_master WHERE name = '{name}' OR tbl_name = '{name}'",  # noqa: S608
        f"INSERT INTO sqlite_master VALUES ('{kind}', '{name}', '{name}', 0, '{statement}')",  # noqa: S608
    )


def refusal(database: Path) -> str:
    with pytest.raises(BundleError) as refused:
        read_all(database)
    return refused.value.message


def read_all(database: Path) -> None:
    with foreign_rows(database) as rows:
        for table in TABLES:
            list(read_table(table, rows))


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
NOT_OURS = "its database holds a {} that does not belong there: {!r}"


def test_rows_are_read(database: Path) -> None:
    with foreign_rows(database) as rows:
        [batch] = read_table(articles, rows)
    assert [row["slug"] for row in batch] == ["article-000", "article-001"]


def test_what_an_earlier_version_did_not_have_is_left_to_defaults(database: Path) -> None:
    changed(database, "DROP TABLE cards", "ALTER TABLE articles DROP COLUMN fingerprint")
    with foreign_rows(database) as rows:
        [batch] = read_table(articles, rows)
        assert list(read_table(cards, rows)) == []
    assert [("slug" in row, "fingerprint" in row) for row in batch] == [(True, False)] * 2


@pytest.mark.parametrize(
    ("statements", "kind", "name"),
    [
        ([f"CREATE VIEW other AS {ENDLESS}"], "view", "other"),
        (["DROP TABLE cards", f"CREATE VIEW cards AS {ENDLESS}"], "view", "cards"),
        (["CREATE TRIGGER t AFTER INSERT ON cards BEGIN DELETE FROM cards; END"], "trigger", "t"),
        (["CREATE VIRTUAL TABLE other USING fts5(a)"], "shadow table", None),
        (["CREATE VIRTUAL TABLE other USING rtree(a, b, c)"], "shadow table", None),
        (["CREATE TABLE other(a)"], "table", "other"),
        (["CREATE INDEX other ON cards(article_id)"], "index", "other"),
        (["CREATE TABLE sqlite_other(a)"], None, None),
    ],
)
def test_what_is_no_table_of_ours(
    database: Path, statements: list[str], kind: str | None, name: str | None
) -> None:
    if kind is None:
        with pytest.raises(sqlite3.OperationalError):
            changed(database, *statements)  # reserved; nobody can make one
        return
    message = refusal(changed(database, *statements))
    assert message.startswith(f"its database holds a {kind} that does not belong there")
    assert name is None or message == NOT_OURS.format(kind, name)


@pytest.mark.parametrize("kind", ["table", "index"])
def test_a_view_that_says_it_is_something_else(database: Path, kind: str) -> None:
    message = refusal(forged(database, kind, "cards", f"CREATE VIEW cards AS {ENDLESS}"))
    assert message in (
        NOT_OURS.format("view", "cards"),
        NOT_OURS.format("index", "cards"),
        "its database is damaged",
    )


def test_a_virtual_table_that_says_it_is_a_table(database: Path) -> None:
    statement = "CREATE VIRTUAL TABLE cards USING fts5(a)"
    message = refusal(forged(database, "table", "cards", statement))
    assert message in (NOT_OURS.format("virtual table", "cards"), "its database is damaged")


@pytest.mark.parametrize(
    "column",
    ["more TEXT", "more TEXT GENERATED ALWAYS AS (hex(zeroblob(100000000))) VIRTUAL"],
)
def test_columns_that_are_not_ours(database: Path, column: str) -> None:
    message = refusal(changed(database, f"ALTER TABLE cards ADD COLUMN {column}"))
    assert message == "its database holds a column that does not belong there: 'cards.more'"


@pytest.mark.parametrize("at", [0.3, 0.5, 0.7])
def test_damaged_pages(database: Path, at: float) -> None:
    """Pages put in the place of others, as a reader that follows them would go in circles."""
    whole = bytearray(database.read_bytes())
    page = 4096
    pages = len(whole) // page
    first = int(pages * at) * page
    for start in range(first, min(first + 8 * page, len(whole) - page), page):
        whole[start : start + page] = whole[page : 2 * page]
    database.write_bytes(whole)
    assert refusal(database).startswith("its database is damaged")


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + bytes(5000)])
def test_what_is_no_database(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "rows.db"
    file.write_bytes(content)
    if content:
        assert refusal(file).startswith("its database is damaged")
    else:
        with foreign_rows(file) as rows:
            assert not list(read_table(articles, rows))


def test_a_schema_of_very_many_tables(database: Path) -> None:
    """To find a name among a million takes SQLite minutes, in which nothing is counted."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.executemany(
            "INSERT INTO sqlite_master VALUES ('table', ?1, ?1, 2, 'CREATE TABLE ' || ?1 || '(a)')",
            ((f"t{n}",) for n in range(50_000)),
        )
    connection.close()
    assert refusal(database) == "its database takes longer to read than its size explains"


def test_a_table_of_very_many_words(database: Path) -> None:
    forged(database, "table", "cards", f"CREATE TABLE cards(a CHECK (a IN ({'1,' * 50_000}1)))")
    assert refusal(database) == "its database is damaged"


def test_values_of_another_kind(database: Path) -> None:
    changed(database, "UPDATE articles SET confidence = 'much'")
    assert refusal(database) == ("its database holds a value that is none for articles.confidence")
