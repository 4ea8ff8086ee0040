"""All of it with JavaScript off."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.places import ARTICLE, CODE, KINDS, LOG, TITLE, TITLE_ZH, box_of, ends_with


@pytest.fixture
def plain(open_page: OpenPage) -> Page:
    """A page in a browser that runs no scripts."""
    return open_page(java_script_enabled=False)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_offered_that_needs_scripts(plain: Page, kind: str) -> None:
    plain.goto(KINDS[kind])
    expect(plain.locator(".needs-js:visible, button.copy:visible")).to_have_count(0)
    for button in plain.locator("button:visible").all():
        expect(button).to_have_attribute("type", "submit")


def test_search(plain: Page) -> None:
    plain.goto("/en")
    box_of(plain).fill(CODE)
    plain.get_by_role("button", name="Find the fix").click()
    expect(plain).to_have_url(ends_with(f"/en/search?q={CODE}"))
    plain.get_by_role("link", name=TITLE).first.click()
    expect(plain.locator("h1")).to_have_text(TITLE)


def test_filters(plain: Page) -> None:
    plain.goto("/en/search?q=timeout")
    plain.get_by_text("Filters and sorting").click()
    plain.get_by_label("Domain").select_option("transport")
    plain.get_by_role("button", name="Apply").click()
    expect(plain.locator(".chips a").first).to_have_text("Transport ×")


def test_diagnose(plain: Page) -> None:
    plain.goto("/en")
    box_of(plain).fill(LOG)
    plain.get_by_role("button", name="Find the fix").click()
    plain.get_by_role("link", name=TITLE).first.click()
    expect(plain.locator("h1")).to_have_text(TITLE)


def test_another_language(plain: Page) -> None:
    plain.goto(f"/en/articles/{ARTICLE}")
    plain.get_by_role("banner").get_by_role("link", name="中文").click()
    expect(plain.locator("h1")).to_have_text(TITLE_ZH)


def test_the_forms_of_an_article(plain: Page) -> None:
    plain.goto(f"/en/articles/{ARTICLE}")
    expect(plain.get_by_role("link", name="Markdown", exact=True)).to_have_attribute(
        "href", f"/api/v1/articles/{ARTICLE}.en.md"
    )
    plain.get_by_role("link", name="JSON", exact=True).click()
    assert json.loads(plain.locator("pre").inner_text())["slug"] == ARTICLE


def test_the_documentation(plain: Page) -> None:
    plain.goto("/en/api-docs")
    search = plain.locator("form[data-path='/api/v1/search']")
    expect(search.locator("[data-curl]")).to_contain_text("/api/v1/search?q=ECONNRESET'")
    search.get_by_role("link", name="Open the response").click()
    assert json.loads(plain.locator("pre").inner_text())["success"] is True


def test_dark_as_the_system_says(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False, color_scheme="dark")
    page.goto("/en")
    expect(page.locator("html")).to_have_css("background-color", "rgb(21, 24, 26)")
