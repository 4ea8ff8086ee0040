"""Nothing on a phone is wider than its screen, but code and tables, which scroll alone."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage
from tests.browser.places import KINDS, open_diagnosis

_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((it) => it.getBoundingClientRect().right > width + 0.5)
    .filter((it) => !it.parentElement.closest("pre, .table"))
    .map((it) => it.outerHTML.slice(0, 120));
}"""


def too_wide(page: Page) -> list[str]:
    """The elements that make the page scroll sideways."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return found


_WIDTHS = (320, 375)


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A page on a phone."""
    return open_page(viewport={"width": 375, "height": 700}, has_touch=True, is_mobile=True)


def fits(page: Page) -> bool:
    """Whether the page is as wide as each phone."""
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": 700})
        assert (width, too_wide(page)) == (width, [])
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_scrolls_sideways(phone: Page, kind: str) -> None:
    phone.goto(KINDS[kind])
    assert fits(phone)


def test_nor_does_a_diagnosis(phone: Page) -> None:
    open_diagnosis(phone)
    assert fits(phone)


def test_nor_does_an_article_with_everything_unfolded(phone: Page) -> None:
    phone.goto(KINDS["article"])
    phone.evaluate("() => document.querySelectorAll('details').forEach((it) => (it.open = true))")
    assert fits(phone)
