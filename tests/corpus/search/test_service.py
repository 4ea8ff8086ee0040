"""Tests of searches from what was typed to what is shown, over a real library."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.diagnosis.matching.match import MatchOutcome
from corpus.library import Library
from corpus.search.highlight import Highlight
from corpus.search.service import SearchRequest, SearchResults, search
from corpus.search.tuning import STEP, SURE
from corpus.store.filters import Filters, Sort
from corpus.store.migrations.upgrade import upgrade
from corpus.store.summaries import PassageKind
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import Ingested, settings_in, write_files
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
                keywords=["乱码", "open -encoding"],
                confidence=80,
            ),
            translations=[
                make_translation(
                    title="Garbled text",
                    summary="Wrong encoding.",
                    body="中文显示为乱码，编码不对。",
                )
            ],
        )
    ),
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library with the documents above, for all tests of this module."""
    folder = tmp_path_factory.mktemp("shelf")
    opened = Library(settings_in(folder))
    upgrade(opened.database)
    ingest(opened, [write_files(folder / "content", DOCUMENTS)], options=IngestOptions())
    yield opened
    opened.close()


def ask(library: Library, request: SearchRequest) -> SearchResults:
    with library.reading() as reading:
        return search(reading, request)


def slugs(library: Library, q: str, **options: object) -> list[str]:
    return [item.summary.slug for item in ask(library, SearchRequest(q=q, **options)).items]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("ECONNRESET", ["connection-reset"]),
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
        ("open -encoding", ["encoding", "connection-refused"]),
        ('"hang up"', ["connection-reset"]),
        ('"up hang"', []),
        ("xyzzy plugh", []),
        ("port xyzzy plugh", []),
        ("!!!", []),
    ],
)
def test_what_is_found(shelf: Library, q: str, found: list[str]) -> None:
    assert slugs(shelf, q) == found


@pytest.mark.parametrize("sort", Sort)
def test_the_best_hit_decides_whether_there_are_any(shelf: Library, sort: Sort) -> None:
    first = "connection reset or refused by the firewall"
    second = "connection zqxwv jkjkj qwqwz vkvkv xyzzy"
    found, beside, silent = (
        ask(shelf, SearchRequest(q=q, sort=sort, page=page, page_size=1, facets=True))
        for q, page in ((first, 1), (first, 2), (second, 1))
    )
    assert found.total == beside.total == 2
    assert (silent.total, silent.items, silent.outcome) == (0, (), MatchOutcome.NONE)
    assert not any((silent.facets or {}).values())


def test_the_article_of_a_message_comes_first(shelf: Library) -> None:
    best = ask(shelf, SearchRequest(q="curl: (28) Connection timed out")).items[0]
    assert (best.summary.slug, best.matches[0].text) == (
        "connection-refused",
        "curl: (28) Connection timed out",
    )
    assert best.score is not None
    assert SURE < best.score < SURE + STEP


def test_sure_articles_come_in_the_order_of_a_diagnosis(ingested: Ingested) -> None:
    """Whatever words say: the one with the very value comes before one that is open for any."""
    table = "## Error table\n\n| Error | Cause | Solution |\n|---|---|---|\n| `{}` | Dark | Lit |"
    library = ingested(
        {
            "lamps.md": "# Lamp\n\nCannot read the lamp.\n\n"
            + table.format("LampError: cannot read property '<name>' of lamp"),
            "dimmers.md": "# Dimmers\n\nThey are old; buy others, of which there are many.\n\n"
            + table.format("LampError: cannot read property 'dim' of lamp"),
        }
    )
    assert slugs(library, "LampError: cannot read property 'dim' of lamp") == ["dimmers", "lamps"]


@pytest.mark.parametrize(
    ("q", "outcome"),
    [
        ("connection-reset", "exact"),
        ("NET-007", "exact"),
        ("Garbled text", "exact"),
        ("乱码", "likely"),
        ("see [NET-007] for more", "likely"),
        ("reset by the other side", "likely"),
        ("garbeled text", "related"),
        ("the log of the server", "related"),
        ("xyzzy plugh", "none"),
        ("", None),
    ],
)
def test_an_answer_says_how_sure_it_is(shelf: Library, q: str, outcome: str | None) -> None:
    answer = ask(shelf, SearchRequest(q=q))
    assert answer.outcome == outcome
    assert [item.outcome for item in answer.items[:1]] == ([] if outcome == "none" else [outcome])


def test_a_code_with_a_typo_is_only_suggested(shelf: Library) -> None:
    answer = ask(shelf, SearchRequest(q="ECONRESET"))
    assert (answer.outcome, answer.suggestion) == ("related", "econnreset")
    assert answer.items[0].summary.slug == "connection-reset"


def test_a_log_is_searched_by_its_message(shelf: Library) -> None:
    log = "10:00:01 INFO garbled text encoding\n10:00:02 ERROR read ECONNRESET\n10:00:03 INFO bye"
    assert slugs(shelf, log)[0] == "connection-reset"


def test_without_a_query_the_newest_come_first(shelf: Library) -> None:
    answer = ask(shelf, SearchRequest(sort=Sort.UPDATED))
    assert answer.items[0].summary.slug == "connection-reset"
    assert (answer.total, answer.items[0].score, answer.suggestion) == (3, None, None)


def test_filters_and_sort(shelf: Library) -> None:
    filters = Filters(domains=("scenarios",))
    assert slugs(shelf, "", filters=filters, sort=Sort.CONFIDENCE) == [
        "encoding",
        "connection-reset",
    ]
    assert slugs(shelf, "connection", filters=filters) == ["connection-reset"]


def test_pages_neither_repeat_nor_skip(shelf: Library) -> None:
    pages = [ask(shelf, SearchRequest(q="connection", page=n, page_size=1)) for n in (1, 2, 3)]
    assert [page.total for page in pages] == [2, 2, 2]
    assert [[item.summary.slug for item in page.items] for page in pages] == [
        ["connection-refused"],
        ["connection-reset"],
        [],
    ]


def test_the_row_that_says_so_literally_leads(shelf: Library) -> None:
    matches = ask(shelf, SearchRequest(q="ECONNRESET")).items[0].matches
    assert [(match.kind, match.text, match.cause) for match in matches] == [
        (PassageKind.ERROR, "read ECONNRESET", "Dropped in the middle"),
        (PassageKind.ERROR, "socket hang up", "Closed before an answer"),
        (PassageKind.KEYWORD, "ECONNRESET", None),
    ]


def test_highlights(shelf: Library) -> None:
    found = ask(shelf, SearchRequest(q="server", highlight=Highlight.HTML)).items
    shown = {item.summary.slug: item.highlights for item in found}["connection-reset"]
    assert list(shown) == ["content"]
    (content,) = shown["content"]
    assert content.startswith(
        "Something dropped the connection in the middle. "
        "The &lt;<mark>server</mark>&gt; &amp; its log know why. ## Error table "
    )
    assert ask(shelf, SearchRequest(q="server", highlight=Highlight.NONE)).items[0].highlights == {}


def test_facets_count_all_hits(shelf: Library) -> None:
    answer = ask(shelf, SearchRequest(q="connection", page_size=1, facets=True))
    assert answer.facets == {
        "domain": {"scenarios": 1, "transport": 1},
        "status": {"pending": 2},
        "riskLevel": {"low": 2},
        "tag": {"network": 1, "port": 1, "socket": 1},
    }
    assert ask(shelf, SearchRequest(q="connection")).facets is None


@pytest.mark.parametrize(
    ("q", "suggestion"),
    [
        ("conection reset", "connection reset"),
        ("garbeled text", "garbled text"),
        ("connection", None),
        ("xyzzyplugh", None),
    ],
)
def test_did_you_mean(shelf: Library, q: str, suggestion: str | None) -> None:
    assert ask(shelf, SearchRequest(q=q)).suggestion == suggestion


@pytest.mark.parametrize(
    "q",
    [
        *("x" * 8_000, "error " * 1_500, "端口" * 4_000, "-" * 8_000, '"' * 8_000, "a\n" * 4_000),
        *("\0", "\ud800", "\u202eerror\u202c", "🇨🇳" * 100, "e" + "\u0301" * 3_000),
        *("(((((", "*?[^]{}~", "field:value OR", "connection\ud800"),
    ],
)
def test_no_text_is_an_error(shelf: Library, q: str) -> None:
    answer = ask(shelf, SearchRequest(q=q, facets=True, highlight=Highlight.HTML))
    assert answer.total >= len(answer.items)


@settings(max_examples=60, deadline=None)
@given(q=st.text(max_size=80))
def test_no_text_at_all_is_an_error(shelf: Library, q: str) -> None:
    answer = ask(shelf, SearchRequest(q=q, facets=True, highlight=Highlight.HTML))
    assert answer.total >= len(answer.items)
