"""axe-core finds nothing on any kind of page, light or dark."""

import pytest
from playwright.sync_api import Page

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.places import KINDS, open_diagnosis
from tests.browser.watch import Watch


@pytest.mark.parametrize("kind", KINDS)
def test_pages(page: Page, kind: str) -> None:
    page.goto(KINDS[kind])
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, only="color-contrast") == []


def test_a_diagnosis(page: Page) -> None:
    open_diagnosis(page)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, only="color-contrast") == []


def test_an_article_on_a_phone_with_everything_unfolded(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 375, "height": 800})
    page.goto(KINDS["article"])
    page.evaluate("() => document.querySelectorAll('details').forEach((it) => (it.open = true))")
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, only="color-contrast") == []


def test_a_page_that_is_not_there(page: Page, watch: Watch) -> None:
    watch.expected.append("status of 404")
    page.goto("/en/articles/troubleshoot-mcp-connection")
    assert violations(page) == []


def test_axe_sees_what_is_wrong(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/en")
    page.evaluate("() => document.documentElement.removeAttribute('lang')")
    assert [found.partition(":")[0] for found in violations(page)] == ["html-has-lang"]
