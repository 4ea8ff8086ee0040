"""On paper there is the article and nothing to click."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.places import ARTICLE
from tests.browser.test_theme import paper


def test_printing_leaves_the_navigation_out(page: Page) -> None:
    page.goto(f"/en/articles/{ARTICLE}")
    page.emulate_media(media="print")
    for part in ("header.top", "footer.bottom", "[data-toc]", "[data-formats]"):
        expect(page.locator(part)).to_be_hidden()
    for button in page.locator("button").all():
        expect(button).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("article.prose table").first).to_be_visible()


def test_paper_is_white(open_page: OpenPage) -> None:
    page = open_page(color_scheme="dark")
    page.goto(f"/en/articles/{ARTICLE}")
    page.emulate_media(media="print")
    assert paper(page) == "rgb(255, 255, 255)"
