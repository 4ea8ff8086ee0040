"""Tests of searches from what was typed to what is shown, over a real library."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.cards import PassageKind
from corpus.filters import Filters
from corpus.library import Library
from corpus.search.answer import RELATED, STEP, SURE, Answer, Request, search
from corpus.search.engine import Sort
from corpus.search.highlight import Highlight
from tests.conftest import Ingested
from tests.factories import (
    make_article,
    make_document,
    make_metadata,
    make_question,
    make_translation,
)

RESET = """\
Something dropped the connection in the middle. The <server> & its log know why.

## Error table

| Error | Cause | Solution |
|---|---|---|
| `socket hang up` | Closed before an answer | Read the log |
| `read ECONNRESET` | Dropped in the middle | Retry once |"""
DOCUMENTS = {
    "connection-refused.md": make_document(),
    "connection-reset.md": make_document(
        make_article(
            slug="connection-reset",
            metadata=make_metadata(
                id="art_Reset00000001",
                code="NET-007",
                domain="scenarios",
                tags=["socket"],
                keywords=["ECONNRESET"],
                updated_at="2026-04-01T00:00:00.000Z",
            ),
            translations=[
                make_translation(
                    title="Connection reset by the other side",
                    summary="A peer hung up.",
                    body=RESET,
                    questions=[make_question(question="Is it the firewall?")],
                )
            ],
        )
    ),
    "encoding.md": make_document(
        make_article(
            slug="encoding",
            metadata=make_metadata(
                id="art_Encoding00001",
                domain="scenarios",
                tags=["python"],
                keywords=["乱码"],
                confidence=80,
            ),
            translations=[
                make_translation(
                    title="Garbled text", summary="Wrong encoding.", body="中文显示为乱码，编码不对。"
                )
            ],
        )
    ),
}


@pytest.fixture
def library(ingested: Ingested) -> Library:
    return ingested(DOCUMENTS)


def ask(library: Library, request: Request) -> Answer:
    with library.reading() as reading:
        return search(reading, request)


def slugs(library: Library, q: str, **options: object) -> list[str]:
    return [item.card.slug for item in ask(library, Request(q=q, **options)).items]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("ECONNRESET", ["connection-reset", "connection-refused"]),
        ("NET-007", ["connection-reset"]),
        ("net-007", ["connection-reset"]),
        ("NET-008", []),
        ("art_Encoding00001", ["encoding"]),
        ("乱码", ["encoding"]),
        ("编码", ["encoding"]),
        ("Is it the firewall?", ["connection-reset", "connection-refused"]),
        ("encodng", ["encoding"]),
        ("socket domain:scenarios", ["connection-reset"]),
        ("connection -reset", ["connection-refused"]),
        ('"hang up"', ["connection-reset"]),
        ('"up hang"', []),
        ("xyzzy plugh", []),
        ("port xyzzy plugh", []),
        ("!!!", []),
    ],
)
def test_what_is_found(ingested: Ingested, q: str, found: list[str]) -> None:
    assert slugs(ingested(DOCUMENTS), q)[: len(found) or None] == found


def test_the_article_of_a_message_comes_first(library: Library) -> None:
    answer = ask(library, Request(q="Error: read ECONNRESET at 10.0.0.1:3000"))
    assert answer.items[0].card.slug == "connection-reset"
    assert answer.items[0].score is not None
    assert answer.items[0].score >= SURE > STEP > RELATED


def test_a_log_is_searched_by_its_message(library: Library) -> None:
    log = "10:00:01 INFO garbled text encoding\n10:00:02 ERROR read ECONNRESET\n10:00:03 INFO bye"
    assert slugs(library, log)[0] == "connection-reset"


def test_without_a_query_the_newest_come_first(library: Library) -> None:
    answer = ask(library, Request(sort=Sort.UPDATED))
    assert [item.card.slug for item in answer.items][0] == "connection-reset"
    assert (answer.total, answer.items[0].score, answer.suggestion) == (3, None, None)


def test_filters_and_sort(library: Library) -> None:
    filters = Filters(domains=("scenarios",))
    assert slugs(library, "", filters=filters, sort=Sort.CONFIDENCE) == [
        "encoding",
        "connection-reset",
    ]
    assert slugs(library, "connection", filters=filters) == ["connection-reset"]


def test_pages_neither_repeat_nor_skip(library: Library) -> None:
    pages = [ask(library, Request(q="connection", page=n, page_size=1)) for n in (1, 2, 3)]
    assert [page.total for page in pages] == [2, 2, 2]
    assert [[item.card.slug for item in page.items] for page in pages] == [
        ["connection-reset"],
        ["connection-refused"],
        [],
    ]


def test_the_row_that_says_so_literally_leads(library: Library) -> None:
    matches = ask(library, Request(q="ECONNRESET")).items[0].matches
    assert [(match.kind, match.text, match.cause) for match in matches] == [
        (PassageKind.ERROR, "read ECONNRESET", "Dropped in the middle"),
        (PassageKind.ERROR, "socket hang up", "Closed before an answer"),
        (PassageKind.KEYWORD, "ECONNRESET", None),
    ]


def test_highlights(library: Library) -> None:
    found = ask(library, Request(q="server", highlight=Highlight.HTML)).items
    shown = {item.card.slug: item.highlights for item in found}["connection-reset"]
    assert shown == {
        "content": (
            "Something dropped the connection in the middle. "
            "The &lt;<mark>server</mark>&gt; &amp; its log know why. ## Error table "
            "| Error | Cause | Solution | |---|---|---| | `socket hang up` | Closed before an …",
        )
    }
    assert ask(library, Request(q="server", highlight=Highlight.NONE)).items[0].highlights == {}


def test_facets_count_all_hits(library: Library) -> None:
    answer = ask(library, Request(q="connection", page_size=1, facets=True))
    assert answer.facets == {
        "domain": {"scenarios": 1, "transport": 1},
        "status": {"pending": 2},
        "riskLevel": {"low": 2},
        "tag": {"network": 1, "port": 1, "socket": 1},
    }
    assert ask(library, Request(q="connection")).facets is None


@pytest.mark.parametrize(
    ("q", "suggestion"),
    [
        ("conection reset", "connection reset"),
        ("garbeled text", "garbled text"),
        ("connection", None),
        ("xyzzyplugh", None),
    ],
)
def test_did_you_mean(library: Library, q: str, suggestion: str | None) -> None:
    assert ask(library, Request(q=q)).suggestion == suggestion


@pytest.mark.parametrize(
    "q",
    ["x" * 8_000, "error " * 1_500, "端口" * 4_000, "-" * 8_000, '"' * 8_000, "\0", "\ud800", "a\n" * 4_000,
     "\u202eerror\u202c", "🇨🇳" * 100, "e" + "\u0301" * 3_000, "(((((", "*?[^]{}~", "field:value OR"],
)  # fmt: skip
def test_no_text_is_an_error(library: Library, q: str) -> None:
    answer = ask(library, Request(q=q, facets=True, highlight=Highlight.HTML))
    assert answer.total >= len(answer.items)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(q=st.text(max_size=80))
def test_no_text_at_all_is_an_error(library: Library, q: str) -> None:
    answer = ask(library, Request(q=q, facets=True, highlight=Highlight.HTML))
    assert answer.total >= len(answer.items)
