"""`FIXBOOK_GAPS=on`: what is asked and not found is counted, and reviewers see it."""

from pathlib import Path

import pytest

from corpus.feedback.gaps import gap_signature
from corpus.library import Library
from corpus.settings import Gaps
from corpus.store import api_keys, schema
from corpus.store.api_keys import Scope
from ingest.pipeline import IngestOptions, ingest
from tests.api.conftest import Served
from tests.api.site import HOST, Answer, Site, scope
from tests.conftest import write_files
from tests.factories import make_document
from tests.relevance.measure import read_cases

CONTENT = Path(__file__).parents[3] / "content"
PATH = "/api/v1/gaps"
ERROR = "Error: cannot attach shared segment 9041: tenant quota exceeded"
TAKEN = 20


def ask(site: Site, text: str, client: str, path: str = "/api/v1/diagnose") -> Answer:
    """A question of the client with this address."""
    headers = [(b"host", HOST.encode()), (b"content-type", b"text/plain")]
    request = scope("POST" if text else "GET", path, headers=headers)
    return site.send({**request, "client": (client, 50_000)}, text.encode())


def key_of(library: Library, *scopes: Scope) -> str:
    with library.database.recording() as connection:
        return f"Bearer {api_keys.add(connection, '-'.join(scopes), scopes)}"


def listed(site: Site, key: str, limit: int = 50) -> list[tuple[str, int, int]]:
    site.run(site.app.state.gaps.flush())
    items = site.get(f"{PATH}?limit={limit}", authorization=key).data["items"]
    return [(item["signature"], item["asked"], item["callers"]) for item in items]


@pytest.fixture(scope="module")
def taken() -> dict[str, str]:
    """Articles of content/, and a log or message that each of them alone answers."""
    cases = [c for c in read_cases() if c.kind in ("log", "message") and len(c.expected) == 1]
    first = {slug: case.query for case in reversed(cases) for slug in case.expected}
    return dict(sorted(first.items())[:TAKEN])


@pytest.fixture
def without(taken: dict[str, str], library: Library) -> Library:
    """A library with the other articles."""
    documents = {
        path.name: path.read_text("utf-8")
        for path in CONTENT.glob("*.md")
        if path.name.partition(".")[0] not in taken and not path.name.endswith(".zh.md")
    }
    write_files(library.settings.content_dir, documents)
    report = ingest(library, [library.settings.content_dir], options=IngestOptions())
    assert report.articles == len(documents) > 100
    return library


@pytest.mark.slow
def test_articles_that_are_taken_away_are_the_top_gaps(
    taken: dict[str, str], without: Library
) -> None:
    key = key_of(without, Scope.REVIEW)
    assert len(taken) == TAKEN
    with Site(without.settings.model_copy(update={"gaps": Gaps.ON})) as site:
        for round_ in range(4):
            for number, text in enumerate(taken.values()):
                ask(site, text, f"192.0.2.{(round_ + number) % 3}")
            site.run(site.app.state.gaps.flush())
        for number in range(30):
            ask(site, f"Error: the frobnicator of floor {number}x{number} is jammed", "192.0.2.9")
        found = [signature for signature, _, _ in listed(site, key, TAKEN)]

    signatures = {gap_signature(text) for text in taken.values()}
    assert len(signatures & set(found)) >= 18, signatures - set(found)


def test_a_question_at_every_door_counts_and_is_not_cached(serve: Served, library: Library) -> None:
    key = key_of(library, Scope.REVIEW)
    site = serve({"connection-refused.md": make_document()}, gaps=Gaps.ON)
    query = ERROR.replace(" ", "%20")

    for client in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        assert ask(site, ERROR, client).status == 200
        for path in (f"/api/v1/search?q={query}", f"/en/search?q={query}"):
            answer = ask(site, "", client, path)
            assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
        ask(site, f"\n{ERROR}\n", client, "/en/diagnose")

    assert listed(site, key) == [(gap_signature(ERROR), 12, 2)]


def test_what_is_found_filtered_or_no_error_is_none(serve: Served, library: Library) -> None:
    key = key_of(library, Scope.REVIEW)
    site = serve({"connection-refused.md": make_document()}, gaps=Gaps.ON)

    for client in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        ask(site, "connect ECONNREFUSED 127.0.0.1:8931", client)
        ask(site, "how do I bake bread", client)
        ask(site, "", client, "/api/v1/search?q=how%20do%20I%20bake%20bread")
        site.post("/api/v1/diagnose", {"text": ERROR, "domain": "transport"})

    assert listed(site, key) == []


def test_nothing_is_stored_unless_it_is_switched_on(serve: Served, library: Library) -> None:
    key = key_of(library, Scope.REVIEW)
    site = serve({"connection-refused.md": make_document()})
    for client in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        ask(site, ERROR, client)
    site.run(site.app.state.gaps.flush())

    answer = site.get(PATH, authorization=key)
    assert (answer.status, answer.json["error"]["code"]) == (404, "NOT_FOUND")
    assert "FIXBOOK_GAPS" in answer.json["error"]["message"]
    with library.database.reading() as connection:
        assert list(connection.execute(schema.gaps.select())) == []


def test_it_needs_a_key_of_a_reviewer(serve: Served, library: Library) -> None:
    key = key_of(library, Scope.READ, Scope.REPORT, Scope.PROPOSE)
    site = serve({"connection-refused.md": make_document()}, gaps=Gaps.ON)

    assert site.get(PATH).status == 401
    assert site.get(PATH, authorization=key).status == 403
