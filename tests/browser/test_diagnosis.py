"""From a pasted log to the row that fixes it."""

from playwright.sync_api import Page, expect

from tests.browser.places import ARTICLE, LOG, TITLE, open_diagnosis
from tests.browser.watch import Watch


def test_from_a_log_on_the_first_page_to_the_row_of_an_article(page: Page) -> None:
    page.goto("/en")
    page.get_by_label("Paste your error or log here").fill(LOG)
    page.get_by_role("button", name="Find the fix").click()
    expect(page.get_by_role("status")).to_have_text(
        "This is it: an article explains exactly this error."
    )
    expect(page.locator(".hits > li").first).to_contain_text("Your line 3")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.locator("h1")).to_have_text(TITLE)
    anchor = page.evaluate("() => decodeURIComponent(location.hash.slice(1))")
    expect(page.locator(f'[id="{anchor}"]')).to_be_in_viewport()
    expect(page.locator(f'tr[id="{anchor}"]')).to_contain_text("ECONNREFUSED")


def test_nothing_of_the_log_is_in_an_address(page: Page, watch: Watch) -> None:
    open_diagnosis(page)
    assert [url for url in watch.requests if "ECONNREFUSED" in url] == []


def test_what_was_masked_is_shown(page: Page) -> None:
    open_diagnosis(page)
    page.get_by_text("What was recognised in your text").click()
    expect(page.locator("details .observed").first).to_contain_text("connect ECONNREFUSED")
    expect(page.locator("details .observed").first).not_to_contain_text("3000")


def test_nothing_known_is_said_plainly(page: Page) -> None:
    page.goto("/en/diagnose")
    page.locator("textarea[name=text]").fill("Error: zzxyqqk flurbed the gronk [E99817]")
    page.get_by_role("button", name="Find the fix").click()
    expect(page.get_by_role("status")).to_contain_text("No article covers this error.")
    expect(page.locator(".hits")).to_have_count(0)


def test_the_text_stays_to_be_changed(page: Page) -> None:
    open_diagnosis(page)
    assert page.locator("textarea[name=text]").input_value() == LOG


def test_in_chinese(page: Page) -> None:
    page.goto("/zh/diagnose")
    page.locator("textarea[name=text]").fill(LOG)
    page.get_by_role("button", name="查找修复").click()
    link = page.locator(".hits h2 a").first
    assert (link.get_attribute("href") or "").startswith(f"/zh/articles/{ARTICLE}#")
