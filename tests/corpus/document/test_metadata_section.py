"""The tail of a document: what is written only when it is there, and lists with commas."""

import pytest

from corpus.document.article import RecordEnvironment, RuntimeRequirement, VerifierKind
from corpus.document.metadata_section import METADATA_BEGINNING, read_metadata, render_metadata
from tests.factories import PUBLIC_URL, make_metadata, make_record


def lines(**fields: object) -> list[str]:
    """The lines of a tail up to the API Access section."""
    tail = render_metadata(make_metadata(**fields), slug="x", public_url=PUBLIC_URL)  # type: ignore[arg-type]
    return tail[: tail.index("\n---\n\n## API Access")].splitlines()


def test_what_there_is_not_has_no_line() -> None:
    assert lines(tags=[], keywords=[], published_at=None) == [
        "---",
        "",
        "## Metadata",
        "",
        "- **ID:** art_PortClosed01",
        "- **Author:** Fixbook",
        "- **Domain:** transport",
        "- **Tags:** ",
        "- **Keywords:** ",
        "- **Verification Status:** pending",
        "- **Confidence Score:** 0%",
        "- **Risk Level:** low",
        "- **Published At:** N/A",
        "- **Updated At:** 2026-03-13T08:00:00.000Z",
        "- **Created At:** 2026-03-11T06:30:00.000Z",
    ]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"code": "NET-001"}, "- **Code:** NET-001"),
        ({"aliases": ["a", "b"]}, "- **Aliases:** a, b"),
        ({"review_by": "2027-01-31"}, "- **Review By:** 2027-01-31"),
        ({"versions": ["1.x", ">=2 <3"]}, "- **Applicable Versions:** 1.x, >=2 <3"),
        (
            {"runtimes": [RuntimeRequirement(name="Windows Server", version="2022")]},
            "- **Runtime Environment:** Windows Server 2022",
        ),
        (
            {"runtimes": [RuntimeRequirement(name="Deno", version="")]},
            "- **Runtime Environment:** Deno",
        ),
        ({"keywords": ["expected 2, got 3", "b"]}, "- **Keywords:** expected 2\\, got 3, b"),
        ({"related_ids": ["art_1", "art_2"]}, "Related article IDs: art_1, art_2"),
        ({"records": [make_record(notes="")]}, "  - Notes: "),
        (
            {
                "records": [
                    make_record(environment=RecordEnvironment(os="a", runtime="b", version="c"))
                ]
            },
            "  - Environment: a / b / c",
        ),
        (
            {"records": [make_record(kind=VerifierKind.OFFICIAL_BOT)]},
            "  - Verifier: official_bot",
        ),
    ],
)
def test_what_there_is_has_its_line(fields: dict[str, object], line: str) -> None:
    tail = render_metadata(make_metadata(**fields), slug="x", public_url=PUBLIC_URL)  # type: ignore[arg-type]

    assert line in tail.splitlines()
    assert read_metadata(tail, 0) == ("x", make_metadata(**fields))  # type: ignore[arg-type]


def test_without_an_access_section_there_is_no_slug() -> None:
    tail = render_metadata(make_metadata(), slug="x", public_url=PUBLIC_URL)

    assert read_metadata(tail[: tail.index("\n---\n\n## API")], 0) == (None, make_metadata())


def test_the_search_example_is_a_url() -> None:
    tail = render_metadata(make_metadata(), slug="端口", public_url=PUBLIC_URL)

    assert "| Search | `/api/v1/search?q=%E7%AB%AF%E5%8F%A3` |" in tail.splitlines()
    assert read_metadata(tail, 0)[0] == "端口"


def test_a_tail_begins_with_its_mark() -> None:
    assert render_metadata(make_metadata(), slug="x", public_url=PUBLIC_URL).startswith(
        METADATA_BEGINNING
    )
