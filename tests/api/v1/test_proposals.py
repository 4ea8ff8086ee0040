"""Proposals over HTTP: who may send one, what comes back, and who sees what became of it."""

from collections.abc import Callable

import pytest

from corpus.library import Library
from corpus.proposals import review, rows
from corpus.proposals.gate import LARGEST
from corpus.proposals.submission import MOST_OPEN_OF_A_KEY
from corpus.store import api_keys
from corpus.store.api_keys import Scope
from tests.api.conftest import Served
from tests.api.site import Answer, Site
from tests.corpus.proposals.documents import TITLE, proposal_body, proposed
from tests.factories import make_document

PATH = "/api/v1/proposals"
ARTICLE = {"connection-refused.md": make_document()}

MakeKey = Callable[..., str]


@pytest.fixture
def make_key(library: Library) -> MakeKey:
    """Makes a key with these scopes and returns its header."""

    def make(name: str, *scopes: Scope) -> str:
        with library.database.recording() as connection:
            return f"Bearer {api_keys.add(connection, name, scopes or [Scope.PROPOSE])}"

    return make


def propose(
    site: Site, key: str, document: str | bytes, *, query: str = "", **headers: str
) -> Answer:
    body = document if isinstance(document, bytes) else document.encode()
    return site.post(PATH + query, body, authorization=key, content_type="text/markdown", **headers)


def code(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["error"]["code"]


def test_a_proposal_and_what_becomes_of_it(
    serve: Served, make_key: MakeKey, library: Library
) -> None:
    ann, bob, reviewer = make_key("ann"), make_key("bob"), make_key("rita", Scope.REVIEW)
    site = serve(ARTICLE)

    answer = propose(site, ann, proposed())

    assert answer.status == 202
    made = answer.json["data"]
    assert made == {
        "id": made["id"], "status": "linted", "slug": "cat-notes-missing", "notes": [],
    }  # fmt: skip
    place = f"{PATH}/{made['id']}"
    assert answer.headers["location"].endswith(place)
    assert answer.headers["cache-control"] == "no-store"
    shown = site.get(place, authorization=ann)
    assert shown.headers["cache-control"] == "no-store"
    assert shown.json["data"] == {
        "id": made["id"],
        "status": "linted",
        "slug": "cat-notes-missing",
        "lang": "en",
        "title": TITLE,
        "isChange": False,
        "receivedAt": shown.json["data"]["receivedAt"],
        "changedAt": shown.json["data"]["receivedAt"],
        "notes": [],
        "obstacles": [f"its checks have not run: fixbook proposals run {made['id']}"],
        "receipts": [],
        "reason": "",
        "document": proposed(),
    }
    assert site.get(place, authorization=reviewer).json["data"] == shown.json["data"]
    assert code(site.get(place, authorization=bob)) == (404, "NOT_FOUND")
    assert code(site.get(place)) == (401, "UNAUTHORIZED")

    with library.database.recording() as connection:
        review.reject(connection, made["id"], reason="It deletes the notes", by="rita")
    shown = site.get(place, authorization=ann)
    assert [shown.json["data"][name] for name in ("status", "reason")] == [
        "rejected", "It deletes the notes",
    ]  # fmt: skip


def test_json_with_a_log(serve: Served, make_key: MakeKey, library: Library) -> None:
    token = "ghp_" + "x1Y2" * 9
    key, site = make_key("ann"), serve(ARTICLE)
    body = {"document": proposed(), "lang": "en", "log": f"$ cat notes.txt\nGITHUB_TOKEN={token}"}
    answer = site.post(PATH, body, authorization=key, content_type="application/json")
    assert answer.status == 202
    with library.database.reading() as connection:
        assert rows.find(connection, answer.json["data"]["id"]).log == (
            "$ cat notes.txt\nGITHUB_TOKEN=***"
        )


def test_findings_have_lines(serve: Served, make_key: MakeKey) -> None:
    key, site = make_key("ann"), serve(ARTICLE)
    document = proposed(body=proposal_body(more="TODO: more", fix="true"))
    answer = propose(site, key, document)
    assert code(answer) == (400, "VALIDATION_ERROR")
    lines = [document[: document.index(text)].count("\n") + 1 for text in ("TODO", "```bash")]
    assert answer.json["error"]["details"]["errors"] == [
        {
            "path": f"document:{lines[0]}",
            "message": "still to be written: 'TODO'",
            "received": None,
        },
        {
            "path": f"document:{lines[1]}",
            "message": "check notes: its fix changes nothing",
            "received": None,
        },
    ]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"# \xe9t\xe9\n", "not UTF-8: invalid continuation byte"),
        ("# Title\n".encode("utf-16"), "not UTF-8: invalid start byte"),
        (b"", "empty"),
    ],
)
def test_what_is_no_text(serve: Served, make_key: MakeKey, document: bytes, message: str) -> None:
    key, site = make_key("ann"), serve(ARTICLE)
    answer = propose(site, key, document)
    assert code(answer) == (400, "VALIDATION_ERROR")
    assert answer.json["error"]["details"]["errors"][0]["message"] == message


def test_what_is_too_large(serve: Served, make_key: MakeKey) -> None:
    key, site = make_key("ann"), serve(ARTICLE)
    assert code(propose(site, key, b"a" * (LARGEST + 1))) == (413, "PAYLOAD_TOO_LARGE")
    assert code(propose(site, key, b"a" * 1_000_000)) == (413, "PAYLOAD_TOO_LARGE")
    answer = site.post(PATH, {"document": "a" * (LARGEST + 1)}, authorization=key)
    assert code(answer) == (400, "VALIDATION_ERROR")


def test_what_an_article_has_already(serve: Served, make_key: MakeKey) -> None:
    key, site = make_key("ann"), serve(ARTICLE)
    answer = propose(site, key, make_document().replace("art_PortClosed01", "art_Another0001"))
    assert code(answer) == (409, "CONFLICT")
    assert answer.json["error"]["details"]["article"] == "connection-refused"


def test_the_same_request_gives_the_same_proposal(serve: Served, make_key: MakeKey) -> None:
    ann, bob, site = make_key("ann"), make_key("bob"), serve(ARTICLE)
    other = proposed(slug="other-notes", id_="art_Other000001", title="Another title of notes")
    keyed = {"idempotency_key": "today"}

    first = propose(site, ann, proposed(), **keyed)

    assert propose(site, ann, proposed(), **keyed).json["data"] == first.json["data"]
    assert code(propose(site, ann, other, **keyed)) == (409, "CONFLICT")
    without = propose(site, ann, other)
    assert propose(site, ann, other).json["data"] == without.json["data"]
    assert without.json["data"]["id"] != first.json["data"]["id"]
    theirs = propose(site, bob, proposed(), **keyed)
    assert theirs.status == 202
    assert theirs.json["data"]["id"] != first.json["data"]["id"]


def test_a_key_has_so_many_open_proposals(serve: Served, make_key: MakeKey) -> None:
    ann, bob, site = make_key("ann"), make_key("bob"), serve(ARTICLE)
    documents = [
        proposed(slug=f"notes-{number}", id_=f"art_Notes{number:05}")
        for number in range(MOST_OPEN_OF_A_KEY + 1)
    ]
    assert {propose(site, ann, each).status for each in documents[:-1]} == {202}
    refused = propose(site, ann, documents[-1])
    assert code(refused) == (429, "RATE_LIMITED")
    assert refused.headers["retry-after"] == "3600"
    assert propose(site, ann, documents[0]).status == 202
    assert propose(site, bob, documents[-1]).status == 202


def test_it_needs_the_scope(serve: Served, make_key: MakeKey) -> None:
    reader, site = make_key("ann", Scope.READ, Scope.REVIEW), serve(ARTICLE)
    assert code(propose(site, reader, proposed())) == (403, "FORBIDDEN")
    assert code(site.post(PATH, {"document": proposed()})) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    ("query", "path"), [("?lang=klingon", "lang"), ("?lang=xx1", "lang"), ("?slug=../x", "slug")]
)
def test_bad_parameters(serve: Served, make_key: MakeKey, query: str, path: str) -> None:
    key, site = make_key("ann"), serve(ARTICLE)
    answer = propose(site, key, proposed(), query=query)
    assert code(answer) == (400, "VALIDATION_ERROR")
    assert answer.json["error"]["details"]["errors"][0]["path"] == path
