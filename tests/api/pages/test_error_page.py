"""Problems: a page for browsers, the envelope for everybody else."""

import pytest

from tests.api.conftest import Served
from tests.api.pages.document import document
from tests.factories import make_article, make_document

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DOCUMENTS = {"connection-refused.md": make_document(make_article())}


@pytest.mark.parametrize(
    ("path", "lang"), [("/en/nothing", "en"), ("/zh/nothing/here", "zh"), ("/nothing", "en")]
)
def test_an_unknown_page(serve: Served, path: str, lang: str) -> None:
    answer = serve(DOCUMENTS).get(path, accept=BROWSER)

    page = document(answer, status=404)
    assert page.attributes("html") == [{"lang": lang}]
    assert answer.headers["cache-control"] == "no-store"
    assert page.attributes("link", rel="canonical") == []


def test_an_old_address_leads_to_the_article_that_was_meant(serve: Served) -> None:
    page = document(serve(DOCUMENTS).get("/kb/connection-refused", accept=BROWSER), status=404)

    assert page.links()["Connection refused on a local port"] == "/en/articles/connection-refused"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api", "/mcp/nothing", "/static/a.css"])
def test_what_is_no_page_has_the_envelope(serve: Served, path: str) -> None:
    assert serve(DOCUMENTS).get(path, accept=BROWSER).json["error"]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("accept", ["", "*/*", "application/json"])
def test_programs_get_the_envelope(serve: Served, accept: str) -> None:
    answer = serve(DOCUMENTS).get("/en/nothing", accept=accept)

    assert (answer.status, answer.json["error"]["code"]) == (404, "NOT_FOUND")


def test_a_method_that_a_page_has_not(serve: Served) -> None:
    answer = serve(DOCUMENTS).post("/en", b"", accept=BROWSER)

    assert document(answer, status=405).texts("li")[-1] == "this route allows GET, HEAD"
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.sqlite("removes the file")
def test_an_outage_is_said_and_when_to_come_back(serve: Served) -> None:
    site = serve(DOCUMENTS)
    (site.app.state.settings.data_dir / "fixbook.db").unlink()
    site.app.state.library.database.dispose()

    for path in ("/en", "/en/search?q=port", "/en/articles/connection-refused"):
        answer = site.get(path, accept=BROWSER)
        assert document(answer, status=503).texts("h1") == ["Not available right now"]
        assert answer.headers["retry-after"] == "2"
        assert answer.headers["x-request-id"].encode() in answer.body
