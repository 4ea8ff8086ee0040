"""What an article page weighs: all that a browser loads for it, as it is sent."""

from playwright.sync_api import Page

from tests.browser.places import ARTICLE
from tests.browser.watch import Watch
from tests.shared_corpus import CONTENT

_MOST = 20 * 1024
"""Bytes of HTML, CSS and JavaScript together, compressed; there are no images."""


def weight(page: Page, path: str) -> int:
    """Bytes that a browser with an empty cache reads for a page."""
    sizes: list[int] = []
    page.on("requestfinished", lambda sent: sizes.append(sent.sizes()["responseBodySize"]))
    page.goto(path, wait_until="networkidle")
    return sum(sizes)


def test_the_longest_articles_are_light(page: Page) -> None:
    longest = sorted(CONTENT.glob("*.md"), key=lambda file: -file.stat().st_size)[:6]
    for file in longest:
        slug, _, lang = file.name.removesuffix(".md").partition(".")
        path = f"/{lang or 'en'}/articles/{slug}"
        with page.context.new_page() as fresh:
            bytes_read = weight(fresh, path)
        assert 2_000 < bytes_read < _MOST, path


def test_an_article_loads_styles_scripts_and_an_icon(page: Page, watch: Watch) -> None:
    page.goto(f"/en/articles/{ARTICLE}", wait_until="networkidle")
    _, *files = watch.requests
    assert sorted(url.rpartition(".")[2] for url in files) == [
        *("css", "css"),
        *("js", "js", "js"),
        "svg",
    ]
