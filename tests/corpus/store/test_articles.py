"""The store: what is written is read back whole, and goes away whole."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, Table, func, select

from corpus.document.article import (
    PublicationState,
    RecordEnvironment,
    RuntimeRequirement,
    Status,
    VerificationResult,
    VerifierKind,
)
from corpus.library import Library
from corpus.store import articles, schema
from corpus.store.entry import Entry
from corpus.store.stored_documents import Summaries, stored_document
from tests.factories import (
    make_article,
    make_code_block,
    make_entry,
    make_metadata,
    make_question,
    make_record,
    make_translation,
)

FULL = make_entry(
    make_article(
        slug="full",
        metadata=make_metadata(
            id="art_Full00000001",
            code="NET-001",
            aliases=["old-name", "older-name"],
            tags=["b", "a"],
            keywords=["two words", "ECONNREFUSED", "连接被拒绝"],
            status=Status.VERIFIED,
            confidence=87,
            versions=[">=2"],
            runtimes=[RuntimeRequirement(name="Node.js", version=">=18")],
            records=[
                make_record(
                    notes="看过",
                    environment=RecordEnvironment(os="Debian", runtime="CPython", version="3.11"),
                    kind=VerifierKind.HUMAN_EXPERT,
                ),
                make_record(result=VerificationResult.FAILED),
                make_record(verifier="Day Bot"),
            ],
            related_ids=["art_B", "art_A"],
        ),
        translations=[
            make_translation(
                code_blocks=[make_code_block(), make_code_block(language="sh")],
                questions=[make_question(), make_question(question="Why?")],
            ),
            make_translation(
                lang="zh", title="连接被拒绝", summary="", body="## 症状\n\n[x](NET-002)"
            ),
        ],
        state=PublicationState.DRAFT,
    ),
    unit="content/full",
    fingerprint="f" * 64,
)


def write(connection: Connection, entries: Sequence[Entry]) -> None:
    articles.write(connection, entries, [stored_document(entry) for entry in entries])


def load(connection: Connection, ids: Sequence[str]) -> list[Entry]:
    return list(articles.load(connection, ids))


def count(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return connection.scalar(select(func.count()).select_from(table)) or 0


def plain(id_: str, *, slug: str, unit: str) -> Entry:
    """An entry that differs in its names only."""
    return make_entry(make_article(slug=slug, metadata=make_metadata(id=id_)), unit=unit)


def test_an_entry_comes_back_as_it_was(library: Library) -> None:
    with library.database.writing() as connection:
        write(connection, [FULL])

    with library.database.reading() as connection:
        assert load(connection, ["art_Full00000001"]) == [FULL]


def test_readers_get_all_but_the_signatures(library: Library) -> None:
    with library.database.writing() as connection:
        write(connection, [FULL])
    with library.database.reading() as connection:
        assert [*articles.load_without_signatures(connection, ["art_Full00000001"])] == [
            replace(FULL, signatures=())
        ]


def test_entries_come_in_the_order_of_the_ids(library: Library) -> None:
    entries = [plain(f"art_{n}", slug=f"slug-{n}", unit=f"unit/{n}") for n in range(3)]

    with library.database.writing() as connection:
        write(connection, entries)
        loaded = load(connection, ["art_2", "art_none", "art_0"])

    assert loaded == [entries[2], entries[0]]


def test_more_entries_than_a_query_takes(library: Library) -> None:
    entries = [plain(f"art_{n}", slug=f"slug-{n}", unit=f"unit/{n}") for n in range(450)]

    with library.database.writing() as connection:
        write(connection, entries)
        loaded = load(connection, [f"art_{n}" for n in range(450)])

    assert loaded == entries


def test_writing_replaces_the_article_with_the_same_id(library: Library) -> None:
    new = plain("art_Full00000001", slug="new", unit="content/new")

    with library.database.writing() as connection:
        write(connection, [FULL])
        write(connection, [new])

        assert load(connection, ["art_Full00000001"]) == [new]
        assert count(connection, schema.articles) == 1


def test_writing_replaces_the_article_of_the_same_unit(library: Library) -> None:
    new = plain("art_Other0000001", slug="full", unit=FULL.unit)

    with library.database.writing() as connection:
        write(connection, [FULL])
        write(connection, [new])

        assert load(connection, ["art_Full00000001", "art_Other0000001"]) == [new]


def test_units_can_swap_their_names(library: Library) -> None:
    first, second = plain("art_1", slug="a", unit="x/1"), plain("art_2", slug="b", unit="x/2")
    swapped = [plain("art_1", slug="b", unit="x/1"), plain("art_2", slug="a", unit="x/2")]

    with library.database.writing() as connection:
        write(connection, [first, second])
        write(connection, swapped)

        assert load(connection, ["art_1", "art_2"]) == swapped


def test_nothing_of_an_article_is_left_when_it_goes(library: Library) -> None:
    with library.database.writing() as connection:
        write(connection, [FULL])
        articles.remove(connection, ["art_Full00000001", "art_never"])
        articles.tidy(connection)

        left = {
            name: count(connection, table)
            for name, table in schema.metadata.tables.items()
            if count(connection, table)
        }

    assert left == {}


def test_verifiers_are_one_row_each(library: Library) -> None:
    with library.database.writing() as connection:
        write(connection, [FULL])

        names = connection.scalars(select(schema.verifiers.c.name)).all()

    assert sorted(names) == ["Day Bot", "Night Bot"]


def test_a_verifier_has_the_same_id_everywhere() -> None:
    assert articles.verifier_id("Night Bot") == "ver_5484f6f30f95"


def test_signatures_are_listed_by_article(library: Library) -> None:
    with library.database.writing() as connection:
        write(connection, [FULL])
        found = Summaries().signatures(connection, ["art_Full00000001", "art_none"])

    assert {id_: tuple(known) for id_, known in found.items()} == {
        "art_Full00000001": FULL.signatures
    }
