"""The files that pages load."""

import pytest

from api.pages.html.assets import asset
from tests.api.pages.document import document
from tests.api.site import Site

PAGES = ("/en", "/en/search", "/en/articles/connection-refused", "/en/diagnose", "/en/errors")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("fixbook.css", "text/css; charset=utf-8"),
        ("fixbook.js", "text/javascript; charset=utf-8"),
        ("fixbook.svg", "image/svg+xml"),
    ],
)
def test_files_are_kept_for_a_year(site: Site, name: str, media_type: str) -> None:
    headers = site.get(asset(name)).headers

    assert headers["content-type"] == media_type
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["vary"] == "Accept-Encoding"


def test_a_page_of_another_version_gets_the_file_of_this_one(site: Site) -> None:
    answer = site.get("/static/fixbook.000000000000.css")

    assert answer.body == site.get(asset("fixbook.css")).body
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["nothing.css", "fixbook.css.map", "../frame.py", "fixbook"])
def test_nothing_else_is_given(site: Site, name: str) -> None:
    assert site.get(f"/static/{name}").status == 404


def test_comments_and_indentation_stay_at_home(site: Site) -> None:
    style, script = (site.get(asset(name)).body for name in ("fixbook.css", "fixbook.js"))

    assert b"/*" not in style
    assert b"\n" not in style
    assert b"\n  " not in script
    assert b"\n// " not in script


def test_the_icon_is_where_browsers_look(site: Site) -> None:
    assert site.get("/favicon.ico").body == site.get(asset("fixbook.svg")).body


@pytest.mark.parametrize("path", PAGES)
def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(site: Site, path: str) -> None:
    answer = site.get(path)

    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert b" style=" not in answer.body
    for _, attributes, _ in document(answer).elements:
        assert [name for name in attributes if name.startswith("on")] == []
    assert [a for a in document(answer).attributes("script") if "src" not in a] == [
        {"type": "application/ld+json"} for _ in range(answer.body.count(b"ld+json"))
    ]
