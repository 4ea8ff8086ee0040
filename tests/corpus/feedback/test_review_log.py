"""The log of what reviewers did."""

from corpus.feedback import review_log
from corpus.library import Library
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import Ingested
from tests.factories import make_document


def test_it_has_everything_in_order_whatever_is_ingested(
    library: Library, ingested: Ingested
) -> None:
    with library.database.recording() as connection:
        first = review_log.add(connection, key_name="ana", action="accept", subject="p1")
        second = review_log.add(
            connection, key_name="ben", action="reject", subject="p2", reason="no check"
        )
    ingested({"connection-refused.md": make_document()})
    ingest(library, [library.settings.content_dir], options=IngestOptions(rebuild=True))

    with library.database.reading() as connection:
        found = list(review_log.reviews(connection))

    assert found == [first, second]
    assert [(one.key_name, one.subject, one.reason) for one in found] == [
        ("ana", "p1", ""),
        ("ben", "p2", "no check"),
    ]


def test_what_is_done_within_a_millisecond_stays_in_order(library: Library) -> None:
    with library.database.recording() as connection:
        for number in range(20):
            review_log.add(connection, key_name="ana", action="accept", subject=f"p{number}")

    with library.database.reading() as connection:
        found = list(review_log.reviews(connection))

    assert [one.subject for one in found] == [f"p{number}" for number in range(20)]
