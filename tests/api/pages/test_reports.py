"""The form under an article: who sees it, who may send it, and that caches never mix it up."""

from base64 import b64encode

import pytest

from corpus.library import Library
from corpus.settings import Access, Gaps
from corpus.store import api_keys
from corpus.store.api_keys import Scope
from tests.api.conftest import Served
from tests.api.site import Answer, Site
from tests.factories import make_document

DOCUMENTS = {"connection-refused.md": make_document()}
PAGE = "/en/articles/connection-refused"
QUESTION = "Did this fix it?"


def key_of(library: Library, *scopes: Scope) -> str:
    """A key as browsers send it."""
    with library.database.recording() as connection:
        token = api_keys.add(connection, "-".join(scopes), scopes)
    return f"Basic {b64encode(f'x:{token}'.encode()).decode()}"


def shown(site: Site, key: str = "") -> Answer:
    given = {"authorization": key} if key else {}
    return site.get(PAGE, accept="text/html", **given)


def sent(site: Site, form: str, **headers: str) -> Answer:
    kind = "application/x-www-form-urlencoded"
    return site.post(f"{PAGE}/reports", form.encode(), content_type=kind, **headers)


@pytest.mark.parametrize("access", Access)
def test_only_who_may_report_sees_the_form(serve: Served, library: Library, access: Access) -> None:
    reader = key_of(library, Scope.READ)
    reporter = key_of(library, Scope.READ, Scope.REPORT)
    site = serve(DOCUMENTS, access=access)

    for _ in range(2):  # rendered, then perhaps from the cache
        with_form, without = shown(site, reporter), shown(site, reader)
        assert QUESTION in with_form.body.decode()
        assert "no-store" in with_form.headers["cache-control"]
        assert QUESTION not in without.body.decode()
        assert "etag" in without.headers
        head = site.head(PAGE, accept="text/html", authorization=reporter)
        assert (head.status, head.body) == (200, b"")
    if access is Access.PUBLIC:
        assert QUESTION not in shown(site).body.decode()


def test_the_form_reports_without_a_script(serve: Served, library: Library) -> None:
    key = key_of(library, Scope.REPORT)
    site = serve(DOCUMENTS)
    anchor = site.get("/api/v1/articles/connection-refused.json").json["errors"][0]["anchor"]
    assert f'<option value="{anchor}">' in shown(site, key).body.decode()

    answer = sent(
        site,
        f"outcome=worked_with_changes&anchor={anchor}&note=with+%26+changes",
        authorization=key,
        sec_fetch_site="same-origin",
    )

    assert (answer.status, answer.headers["location"]) == (303, f"{PAGE}#page:reports")
    assert "It worked with changes: 1" in shown(site, key).body.decode()


def test_who_may_not_is_refused(serve: Served, library: Library) -> None:
    key, reader = key_of(library, Scope.REPORT), key_of(library, Scope.READ)
    site = serve(DOCUMENTS)

    assert sent(site, "outcome=worked").status == 401
    assert sent(site, "outcome=worked", authorization=reader).status == 403
    for headers in ({"sec_fetch_site": "cross-site"}, {"origin": "https://evil.example"}):
        assert sent(site, "outcome=worked", authorization=key, **headers).status == 403
    assert sent(site, "outcome=perhaps", authorization=key).status == 400
    assert "It worked: 0" in shown(site, key).body.decode()


def test_reviewers_see_the_gaps(serve: Served, library: Library) -> None:
    reviewer, reporter = key_of(library, Scope.REVIEW), key_of(library, Scope.REPORT)
    site = serve(DOCUMENTS, gaps=Gaps.ON)
    for key in (reviewer, reporter, reporter):
        site.post(
            "/api/v1/diagnose",
            {"text": "Error: <b>the frobnicator</b> of floor 7 is jammed"},
            authorization=key,
        )
    site.run(site.app.state.gaps.flush())

    assert site.get("/en/gaps", accept="text/html").status == 401
    assert site.get("/en/gaps", authorization=reporter).status == 403
    page = site.get("/en/gaps", authorization=reviewer)
    text = page.body.decode()
    assert (page.status, page.headers["cache-control"]) == (200, "no-store")
    assert "&lt;b&gt;the frobnicator" in text
    assert "asked 3 times" in text
    assert "fixbook gaps --draft 1" in text
    assert "未找到的错误" in site.get("/zh/gaps", authorization=reviewer).body.decode()
