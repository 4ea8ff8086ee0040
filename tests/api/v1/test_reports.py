"""Outcome reports: who may send one, what counts, what an edit does, and when it shows."""

from base64 import b64encode
from collections.abc import Callable

import pytest

from corpus.library import Library
from corpus.store import api_keys
from corpus.store.api_keys import Scope
from ingest.pipeline import IngestOptions, ingest
from tests.api.conftest import Served
from tests.api.site import HOST, Answer, Site
from tests.conftest import write_files
from tests.factories import BODY, make_article, make_document, make_translation

SLUG = "connection-refused"
PATH = f"/api/v1/articles/{SLUG}/reports"
ZERO = {"worked": 0, "workedWithChanges": 0, "didNotWork": 0, "lastAt": None}

MakeKey = Callable[..., str]


@pytest.fixture
def make_key(library: Library) -> MakeKey:
    """Makes a key with these scopes and returns its header."""

    def make(name: str, *scopes: Scope) -> str:
        with library.database.recording() as connection:
            return f"Bearer {api_keys.add(connection, name, scopes or [Scope.REPORT])}"

    return make


def report(site: Site, key: str, outcome: str = "worked", **more: object) -> Answer:
    return site.post(
        PATH, {"outcome": outcome, **more}, authorization=key, content_type="application/json"
    )


def counted(counts: dict[str, object]) -> tuple[object, object, object]:
    """Without the time."""
    assert (counts["lastAt"] is None) == (counts == ZERO)
    return counts["worked"], counts["workedWithChanges"], counts["didNotWork"]


def basic(token: str) -> str:
    """The key as browsers send it."""
    return f"Basic {b64encode(f':{token}'.encode()).decode()}"


def anchors(site: Site) -> list[str]:
    shown = site.get(f"/api/v1/articles/{SLUG}.json").json
    return [row["anchor"] for row in shown["errors"]]


def test_one_key_counts_once_and_its_last_word_counts(serve: Served, make_key: MakeKey) -> None:
    ana, ben = make_key("ana"), make_key("ben")
    site = serve({f"{SLUG}.md": make_document()})
    [first, _] = anchors(site)

    for number in range(1_000):
        outcome = "worked" if number % 2 else "did_not_work"
        assert report(site, ana, outcome, anchor=first).status == 201
    answer = report(site, ben, "worked_with_changes", anchor=first)

    assert answer.json["data"] == {
        "slug": SLUG,
        "lang": "en",
        "anchor": first,
        "outcome": "worked_with_changes",
        "reports": {**answer.json["data"]["reports"], "worked": 1, "workedWithChanges": 1},
    }
    shown = site.get(PATH).data
    assert counted(shown["current"]) == (1, 1, 0)
    assert shown["older"] == ZERO
    assert [entry["anchor"] for entry in shown["entries"]] == [first]


def test_an_edit_of_the_row_voids_what_was_about_it(
    serve: Served, make_key: MakeKey, library: Library
) -> None:
    ana = make_key("ana")
    site = serve({f"{SLUG}.md": make_document()})
    [first, second] = anchors(site)
    report(site, ana, "worked", anchor=first)
    report(site, ana, "worked", anchor=second)
    report(site, ana, "did_not_work")
    assert counted(site.get(PATH).data["current"]) == (2, 0, 1)

    edited = BODY.replace("Start the server", "Start the server again")
    article = make_article(translations=[make_translation(body=edited)])
    write_files(library.settings.content_dir, {f"{SLUG}.md": make_document(article)})
    ingest(library, [library.settings.content_dir], options=IngestOptions())

    shown = site.get(PATH).data
    assert counted(shown["current"]) == (1, 0, 0)
    assert counted(shown["older"]) == (1, 0, 1)
    assert [entry["anchor"] for entry in shown["entries"]] == [second]
    assert counted(site.get(f"/api/v1/articles/{SLUG}.json").json["reports"]) == (1, 0, 0)


def test_environments(serve: Served, make_key: MakeKey) -> None:
    keys = [make_key("a"), make_key("b")]
    site = serve({f"{SLUG}.md": make_document()})
    for key in keys:
        report(site, key, environment={"python": "3.13", "os": "debian 12"})
    report(site, keys[0], "did_not_work", anchor=anchors(site)[0], environment={"os": "alpine"})

    shown = site.get(PATH).data["environments"]

    assert [(each["environment"], counted({**each["counts"], "lastAt": ""})) for each in shown] == [
        ({"os": "debian 12", "python": "3.13"}, (2, 0, 0)),
        ({"os": "alpine"}, (0, 0, 1)),
    ]


def test_reports_show_in_the_article_and_never_change_its_trust(
    serve: Served, make_key: MakeKey
) -> None:
    ana = make_key("ana")
    site = serve({f"{SLUG}.md": make_document()})
    before = site.get(f"/api/v1/articles/{SLUG}.json")
    other = site.get(f"/api/v1/articles/{SLUG}.md")
    assert before.json["reports"] == ZERO

    report(site, ana, "did_not_work", anchor=anchors(site)[0])
    site.run(site.app.report_watch.check())
    after = site.get(f"/api/v1/articles/{SLUG}.json", if_none_match=before.headers["etag"])

    assert counted(after.json["reports"]) == (0, 0, 1)
    assert after.json["trust"] == before.json["trust"]
    assert after.json["errors"] == before.json["errors"]
    assert site.get(f"/api/v1/articles/{SLUG}.md").headers["etag"] == other.headers["etag"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"outcome": "perhaps"}, "outcome"),
        ({}, "outcome"),
        ({"outcome": "worked", "anchor": "nowhere"}, "anchor"),
        ({"outcome": "worked", "note": "x" * 1_001}, "note"),
        ({"outcome": "worked", "environment": {str(n): "1" for n in range(11)}}, "environment"),
        (b"{", "body"),
    ],
)
def test_a_bad_report_is_refused(serve: Served, make_key: MakeKey, body: object, path: str) -> None:
    ana = make_key("ana")
    site = serve({f"{SLUG}.md": make_document()})

    answer = site.post(PATH, body, authorization=ana)

    [complaint] = answer.json["error"]["details"]["errors"]
    assert (answer.status, complaint["path"]) == (400, path)
    if path == "anchor":
        assert complaint["allowed"] == anchors(site)
    assert site.get(PATH).data["current"] == ZERO


def test_too_long_or_about_nothing(serve: Served, make_key: MakeKey) -> None:
    ana = make_key("ana")
    site = serve({f"{SLUG}.md": make_document()})

    assert site.post(PATH, b" " * 8_193, authorization=ana).status == 413
    answer = site.post(PATH.replace(SLUG, "nothing"), {"outcome": "worked"}, authorization=ana)
    assert (answer.status, answer.json["error"]["code"]) == (404, "NOT_FOUND")
    assert site.get(PATH.replace(SLUG, "nothing")).status == 404


def test_it_needs_a_key_with_the_scope(serve: Served, make_key: MakeKey) -> None:
    reader = make_key("reader", Scope.READ, Scope.REVIEW)
    site = serve({f"{SLUG}.md": make_document()})

    nobody = site.post(PATH, {"outcome": "worked"})
    assert (nobody.status, nobody.json["error"]["code"]) == (401, "UNAUTHORIZED")
    assert "scope report" in nobody.json["error"]["message"]
    answer = report(site, reader)
    assert (answer.status, answer.json["error"]["code"]) == (403, "FORBIDDEN")
    assert answer.json["error"]["message"] == (
        "this needs an API key with the scope report; this one has read, review"
    )


def test_an_alias_and_a_language(serve: Served, make_key: MakeKey) -> None:
    ana = make_key("ana")
    article = make_article(translations=[make_translation(), make_translation(lang="zh")])
    site = serve(
        {
            f"{SLUG}.md": make_document(article),
            f"{SLUG}.zh.md": make_document(article, lang="zh"),
        }
    )
    path = "/api/v1/articles/art_PortClosed01/reports"

    for lang in ("en", "zh"):
        answer = site.post(f"{path}?lang={lang}", {"outcome": "worked"}, authorization=ana)
        assert (answer.status, answer.json["data"]["lang"]) == (201, lang)

    assert counted(site.get(PATH).data["current"]) == (2, 0, 0)


def test_what_is_stored_holds_no_secrets(
    serve: Served, make_key: MakeKey, library: Library
) -> None:
    ana, secret = make_key("ana"), "ghp_" + "a1B2" * 9
    site = serve({f"{SLUG}.md": make_document()})

    report(site, ana, note=f"with {secret}", environment={"os": secret, "password": "hunter22"})

    with library.database.reading() as connection:
        [row] = connection.exec_driver_sql("SELECT note, environment FROM reports")
    assert tuple(row) == ("with ***", '{"os": "***", "password": "***"}')


def test_a_browser_may_not_be_made_to_report(serve: Served, make_key: MakeKey) -> None:
    token = make_key("ana").partition(" ")[2]
    site = serve({f"{SLUG}.md": make_document()})

    for headers, status in (
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": f"http://{HOST}"}, 201),
        ({"sec-fetch-site": "same-origin"}, 201),
        ({}, 201),
    ):
        answer = site.post(PATH, {"outcome": "worked"}, authorization=basic(token), **headers)
        assert answer.status == status, headers


@pytest.mark.sqlite("limits the size of the file")
def test_a_full_disk_is_an_outage_that_says_so(
    serve: Served, make_key: MakeKey, library: Library
) -> None:
    keys = [make_key(f"key-{number}") for number in range(40)]
    site = serve({f"{SLUG}.md": make_document()})
    report(site, keys[0])
    database = site.app.state.library.database
    with database.recording() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    answers = [report(site, key, note="x" * 1_000) for key in keys]

    refused = next(answer for answer in answers if answer.status != 201)
    error = refused.json["error"]
    assert (refused.status, error["code"]) == (503, "SERVICE_UNAVAILABLE")
    assert error["message"] == "there is no room on the disk for the database"
    assert error["details"]["retryable"]
    assert "retry-after" in refused.headers
    stored = sum(answer.status == 201 for answer in answers)
    with library.database.reading() as connection:
        [[number]] = connection.exec_driver_sql("SELECT COUNT(*) FROM reports WHERE note <> ''")
    assert number == stored
    assert site.get(PATH).status == 200
