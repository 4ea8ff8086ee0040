"""The page of one error: its address can be shared."""

from collections.abc import Iterator

import pytest

from tests.api.conftest import site_of
from tests.api.pages.document import document
from tests.api.site import URL, Site
from tests.factories import make_article, make_document, make_metadata

SLUG = "connect-econnrefused-1270018931"
BROWSER = "text/html"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    other = make_article(slug="another", metadata=make_metadata(id="art_Another00001"))
    documents = {
        "connection-refused.md": make_document(make_article()),
        "another.md": make_document(other),
    }
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened


def test_it_has_the_fix_of_each_article(site: Site) -> None:
    page = document(site.get(f"/en/errors/{SLUG}"))

    assert page.texts("h1") == ["connect ECONNREFUSED 127.0.0.1:8931"]
    assert (
        page.texts("dl", **{"class": "row"})
        == ["CauseNothing listens there FixStart the server"] * 2
    )
    links = [link["href"] for link in page.attributes("a") if "?error=" in link["href"]]
    assert links == [
        f"/en/articles/another?error={SLUG}",
        f"/en/articles/connection-refused?error={SLUG}",
    ]
    assert page.attributes("link", rel="canonical")[0]["href"] == f"{URL}/en/errors/{SLUG}"


def test_the_article_begins_with_the_error_that_is_asked_for(site: Site) -> None:
    first = document(site.get("/en/articles/another"))
    asked = document(site.get("/en/articles/another?error=curl-28-connection-timed-out"))

    assert first.texts("p", **{"class": "what"}) == ["connect ECONNREFUSED 127.0.0.1:8931"]
    assert asked.texts("p", **{"class": "what"}) == ["curl: (28) Connection timed out"]


def test_older_names_redirect(site: Site) -> None:
    answer = site.get("/zh/errors/connect--econnrefused---1270018931")

    assert (answer.status, answer.headers["location"]) == (308, f"/zh/errors/{SLUG}")


def test_an_unknown_error_is_a_404(site: Site) -> None:
    page = document(site.get("/en/errors/connection-refusal", accept=BROWSER), status=404)

    assert page.texts("h1") == ["Page not found"]
