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


@pytest.mark.parametrize("width", [320, 375])
@pytest.mark.parametrize("kind", KINDS)
def test_no_page_scrolls_sideways(open_page: OpenPage, kind: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 700}, has_touch=True, is_mobile=True)
    page.goto(KINDS[kind])
    assert too_wide(page) == []


@pytest.mark.parametrize("width", [320, 375])
def test_nor_does_a_diagnosis(open_page: OpenPage, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 700}, has_touch=True, is_mobile=True)
    open_diagnosis(page)
    assert too_wide(page) == []
