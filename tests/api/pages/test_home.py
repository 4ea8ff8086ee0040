"""Where people arrive."""

import pytest

from tests.api.conftest import Served
from tests.api.pages.document import document
from tests.api.site import URL, Site
from tests.factories import make_article, make_document


@pytest.mark.parametrize(
    ("accepted", "path"),
    [("", "/en"), ("zh-CN,zh;q=0.9,en;q=0.8", "/zh"), ("fr, zh;q=0.1", "/zh"), ("fr", "/en")],
)
def test_the_root_leads_to_the_language_of_the_reader(site: Site, accepted: str, path: str) -> None:
    answer = site.get("/", accept_language=accepted)

    assert (answer.status, answer.headers["location"]) == (307, path)
    assert answer.headers["vary"] == "Accept-Language"


def test_home(site: Site) -> None:
    page = document(site.get("/en"))

    assert page.texts("title") == ["Fixbook: fixes that were run"]
    assert page.links()["Connection refused on a local port"] == "/en/articles/connection-refused"
    assert page.links()["Transport 1"] == "/en/search?domain=transport"
    assert page.links()["0 of 2 errors were run."] == "/en/search?trust=executed"
    assert page.attributes("form", method="post")[0]["action"] == "/en/diagnose"
    assert page.attributes("link", rel="canonical")[0]["href"] == f"{URL}/en"


def test_home_in_chinese(site: Site) -> None:
    page = document(site.get("/zh"))

    assert page.attributes("html") == [{"lang": "zh"}]
    assert page.links()["English"] == "/en"


def test_an_empty_corpus_has_pages(serve: Served) -> None:
    empty = serve({})

    assert document(empty.get("/en")).texts("h1") == ["Fixes that were run"]
    [told] = document(empty.get("/en/search")).texts("div", **{"class": "nothing"})
    assert told == "There are no articles yet."


def test_addresses_are_those_that_readers_use(serve: Served) -> None:
    documents = {"connection-refused.md": make_document(make_article())}
    site = serve(documents, public_url="https://kb.example")

    page = document(site.get("/zh"))
    assert page.attributes("link", rel="canonical")[0]["href"] == "https://kb.example/zh"
    assert page.attributes("meta", property="og:url")[0]["content"] == "https://kb.example/zh"
