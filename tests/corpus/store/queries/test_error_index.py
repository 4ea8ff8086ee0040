"""The error index: what is in it, in which language, in which order."""

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Connection

from corpus.store.queries.error_index import KnownError, known_errors
from tests.conftest import Ingested
from tests.factories import make_article, make_document, make_metadata, make_translation

LONG = "x" * 3000
"""Longer than what PostgreSQL can index, and so are the texts that begin with it."""


def table(*errors: str, head: str = "| Error | Cause | Solution |") -> str:
    """A body with a table of errors."""
    return "\n".join([head, "|---|---|---|", *(f"| `{error}` | Why | How |" for error in errors)])


@pytest.fixture
def connection(ingested: Ingested) -> Iterator[Connection]:
    refused = make_article(
        slug="refused",
        translations=[
            make_translation(title="Refused", body=table("Port closed", "a host is down")),
            make_translation(
                lang="zh", title="拒绝", body=table("端口", head="| 错误 | 原因 | 解决 |")
            ),
        ],
    )
    disk = make_article(
        slug="disk",
        metadata=make_metadata(id="art_DiskFull0001", domain="disks"),
        translations=[
            make_translation(title="Disk", body=table(f"{LONG} b", f"{LONG} a", "PORT CLOSED"))
        ],
    )
    draft = make_article(
        slug="draft",
        metadata=make_metadata(id="art_Draft0000001"),
        translations=[make_translation(title="Draft", body=table("a draft"))],
    )
    library = ingested(
        {
            "refused.md": make_document(refused),
            "refused.zh.md": make_document(refused, lang="zh"),
            "disk.md": make_document(disk),
            "draft.md": f"---\ndraft: true\n---\n{make_document(draft)}",
        }
    )
    with library.reading() as reading:
        yield reading.connection


def found(
    connection: Connection,
    q: str = "",
    *,
    lang: str = "en",
    domains: Sequence[str] = (),
    offset: int = 0,
    limit: int = 20,
) -> tuple[int, list[tuple[str, str]]]:
    """How many entries there are, and slug and text of those of a page."""
    page = known_errors(
        connection, q=q, domains=domains, lang=lang, offset=offset, limit=limit
    )  # fmt: skip
    return page.total, [(item.slug, item.error) for item in page.items]


def test_entries_are_ordered_by_text_then_article_whatever_the_case(
    connection: Connection,
) -> None:
    assert found(connection) == (
        5,
        [
            ("refused", "a host is down"),
            ("disk", "PORT CLOSED"),
            ("refused", "Port closed"),
            ("disk", f"{LONG} a"),
            ("disk", f"{LONG} b"),
        ],
    )


def test_a_page_is_a_part_of_that(connection: Connection) -> None:
    assert found(connection, offset=2, limit=2) == (
        5,
        [("refused", "Port closed"), ("disk", f"{LONG} a")],
    )
    assert found(connection, offset=9) == (5, [])


def test_an_article_is_listed_in_the_wanted_language_or_in_its_original(
    connection: Connection,
) -> None:
    total, entries = found(connection, lang="zh")

    assert total == 4
    assert entries[-1] == ("refused", "端口")
    assert ("refused", "Port closed") not in entries
    assert found(connection, lang="de") == found(connection, lang="en")


def test_words_and_domains_narrow(connection: Connection) -> None:
    assert found(connection, "closed port") == (
        2,
        [("disk", "PORT CLOSED"), ("refused", "Port closed")],
    )
    assert found(connection, "closed", domains=["disks"]) == (1, [("disk", "PORT CLOSED")])
    assert found(connection, "%") == (0, [])


def test_an_entry_says_where_it_stands(connection: Connection) -> None:
    page = known_errors(connection, q="端口", domains=(), lang="zh", offset=0, limit=1)

    assert page.items == (
        KnownError(
            error="端口",
            cause="Why",
            solution="How",
            anchor="error-端口",
            lang="zh",
            article_id=page.items[0].article_id,
            slug="refused",
            title="拒绝",
        ),
    )
