"""Below a path of a host: every link, form and redirect of ours stays below it."""

import re

import pytest

from api.http.path_prefix import prefix_of, prefixed_links, prefixed_location
from tests.api.conftest import Served
from tests.factories import make_document

URL = "https://fixes.example/kb"
_ROOTED = re.compile(r'\s(?:href|src|action)="(/[^"]*)"')


@pytest.mark.parametrize(
    "path",
    [
        "/en",
        "/zh/search?q=refused",
        "/en/articles",
        "/en/articles/connection-refused",
        "/en/errors",
        "/en/domains",
        "/en/tags",
        "/en/diagnose",
        "/en/api-docs",
        "/en/nothing-here",
    ],
)
def test_pages_link_below_the_path(serve: Served, path: str) -> None:
    site = serve({"connection-refused.md": make_document()}, public_url=URL)
    found = _ROOTED.findall(site.get(path, accept="text/html").body.decode())

    assert len(found) > 5
    assert [link for link in found if not link.startswith("/kb/")] == []


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/", "/kb/en"),
        ("/docs", "/kb/en/api-docs"),
        ("/en/articles/?page=2", "/kb/en/articles?page=2"),
    ],
)
def test_redirects_stay_below_the_path(serve: Served, path: str, location: str) -> None:
    assert serve({}, public_url=URL).get(path).headers["location"] == location


def test_at_a_root_nothing_is_added(serve: Served) -> None:
    site = serve({}, public_url="https://fixes.example")

    assert site.get("/").headers["location"] == "/en"
    assert 'action="/en/diagnose"' in site.get("/en").body.decode()


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a class="b" href="/en">', '<a class="b" href="/kb/en">'),
        ('<form class="search" action="/en/search" role="search">',
         '<form class="search" action="/kb/en/search" role="search">'),
        ('<img alt="" src="/static/a.svg">', '<img alt="" src="/kb/static/a.svg">'),
        ('<a href="//other.example/">', '<a href="//other.example/">'),
        ('<a href="https://other.example/">', '<a href="https://other.example/">'),
        ('<a href="#section">', '<a href="#section">'),
        ('&lt;a href="/en"&gt;', '&lt;a href="/en"&gt;'),
    ],
)  # fmt: skip
def test_only_paths_in_tags_are_touched(html: str, expected: str) -> None:
    assert prefixed_links(html, "/kb") == expected
    assert prefixed_links(html, "") == html


def test_other_headers_and_other_hosts_stay() -> None:
    headers = [(b"location", b"https://other.example/"), (b"link", b"/a")]
    assert prefixed_location(headers, "/kb") == headers
    assert prefixed_location([(b"Location", b"/a")], "/kb") == [(b"Location", b"/kb/a")]


def test_the_prefix_is_the_path_of_the_address() -> None:
    assert [prefix_of(url) for url in (URL, "https://a.example", "http://a.example:1/b/c/")] == [
        "/kb",
        "",
        "/b/c",
    ]
