"""The error index, the domains and the tags as pages."""

from tests.api.conftest import Served
from tests.api.pages.document import document
from tests.api.site import Site
from tests.factories import BODY, make_article, make_document, make_translation


def test_errors(site: Site) -> None:
    page = document(site.get("/en/errors"))

    assert page.links()["connect ECONNREFUSED 127.0.0.1:8931"] == (
        "/en/errors/connect-econnrefused-1270018931"
    )
    assert page.texts("p", role="status") == ["2 errors"]


def test_errors_are_filtered(site: Site) -> None:
    page = document(site.get("/en/errors?q=curl&domain="))

    assert page.texts("p", role="status") == ["1 error"]
    assert page.texts("code") == ["curl: (28) Connection timed out"]
    assert document(site.get("/en/errors?q=zz")).links()["Diagnose"] == "/en/diagnose"


def test_code_in_a_fix_is_marked(serve: Served) -> None:
    body = BODY.replace("Start the server", "Start it: `npm run serve`")
    site = serve({"a.md": make_document(make_article(translations=[make_translation(body=body)]))})
    marked = "<div data-copy>Start it: <code>npm run serve</code></div>"
    for path in ("/en/errors", "/en/search?q=econnref"):
        assert marked in site.get(path).body.decode()


def test_domains_and_tags_lead_to_searches(site: Site) -> None:
    assert document(site.get("/zh/domains")).links()["传输"] == "/zh/search?domain=transport"
    tags = document(site.get("/en/tags")).links()
    assert (tags["network"], tags["port"]) == ("/en/search?tag=network", "/en/search?tag=port")
