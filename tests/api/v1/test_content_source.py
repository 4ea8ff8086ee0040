"""Health and metrics name the commit that is served, and say how the last sync went."""

from corpus.last_records import SyncOutcome, SyncRecord
from corpus.settings import Settings
from ingest.pipeline import IngestOptions, ingest
from tests.api.conftest import Served
from tests.api.site import Site
from tests.api.v1.test_metrics import of, scraped
from tests.conftest import Ingested, write_files
from tests.factories import make_document

COMMIT = "c" * 40
NEWER = "d" * 40
MESSAGE = "commit dddddddddddd is not signed by an allowed key"


def test_without_a_repository_nothing_is_said_of_one(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})

    assert "content" not in site.get("/api/health").json
    assert {name for name, _ in scraped(site) if "sync" in name or "commit" in name} == set()


def test_the_commit_and_the_last_sync(settings: Settings, ingested: Ingested) -> None:
    library = ingested({})
    write_files(settings.content_dir, {"connection-refused.md": make_document()})
    ingest(library, [settings.content_dir], options=IngestOptions(commit=COMMIT))
    SyncRecord(
        outcome=SyncOutcome.REFUSED,
        commit=NEWER,
        message=MESSAGE,
        ended_at=1_800_000_060.0,
        good_at=1_800_000_000.0,
    ).save(settings.data_dir)
    with Site(settings) as site:
        health, found = site.get("/api/health"), scraped(site)

    assert (health.status, health.json["status"]) == (200, "healthy")
    assert health.json["content"] == {
        "commit": COMMIT,
        "sync": {
            "outcome": "refused",
            "commit": NEWER,
            "message": MESSAGE,
            "endedAt": "2027-01-15T08:01:00.000Z",
            "goodAt": "2027-01-15T08:00:00.000Z",
        },
    }
    assert of(found, "fixbook_commit_info") == {(COMMIT,): 1}
    assert of(found, "fixbook_sync_outcome") == {
        (str(outcome),): outcome is SyncOutcome.REFUSED for outcome in SyncOutcome
    }
    assert of(found, "fixbook_sync_timestamp_seconds") == {(): 1_800_000_060.0}
    assert of(found, "fixbook_sync_good_timestamp_seconds") == {(): 1_800_000_000.0}
