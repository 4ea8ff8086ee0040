"""From a pasted log to the row that fixes it."""

from playwright.sync_api import Page, expect

from tests.browser.places import ARTICLE, LOG, TITLE, box_of, open_diagnosis
from tests.browser.watch import Watch


def test_from_a_log_on_the_first_page_to_the_row_of_an_article(page: Page) -> None:
    page.goto("/en")
    box_of(page).fill(LOG)
    page.get_by_role("button", name="Find the fix").click()
    expect(page.get_by_role("status")).to_have_text(
        "This is it: an article explains exactly this error."
    )
    expect(page.locator(".hits > li").first).to_contain_text("Your line 3")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator(".card .what")).to_contain_text("ECONNREFUSED")
    expect(page.locator(".card .do")).to_be_in_viewport()
    page.go_back()
    expect(page.locator(".hits > li").first).to_contain_text("Your line 3")


def test_another_language_keeps_the_diagnosis(page: Page) -> None:
    open_diagnosis(page)
    page.get_by_role("banner").get_by_role("link", name="中文").click()
    expect(page.locator(".outcome-note")).to_contain_text("就是它")


def test_of_a_long_paste_the_end_is_read_and_that_is_said(page: Page) -> None:
    page.goto("/en")
    box_of(page).fill(("nothing to see " * 60 + "\n") * 80 + LOG)
    expect(page.locator("[data-note]")).to_contain_text("its last 64 KiB")
    box_of(page).press("Control+Enter")
    expect(page.locator(".hits h2").first).to_have_text(TITLE)
    expect(page.locator("[data-diagnosis] .notice")).to_contain_text("its last 64 KiB")


def test_without_the_network_the_text_stays(page: Page, watch: Watch) -> None:
    watch.expected.append("ERR_INTERNET_DISCONNECTED")
    page.goto("/en/diagnose")
    page.context.set_offline(True)
    box_of(page).fill(LOG)
    box_of(page).press("Control+Enter")
    expect(page.locator("[data-note]")).to_contain_text("Your text is still here.")
    expect(box_of(page)).to_have_value(LOG)


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
    box_of(page).fill("Error: zzxyqqk flurbed the gronk [E99817]")
    box_of(page).press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("No article covers this error.")
    expect(page.locator(".hits")).to_have_count(0)


def test_the_text_stays_to_be_changed(page: Page) -> None:
    open_diagnosis(page)
    assert box_of(page).input_value() == LOG


def test_in_chinese(page: Page) -> None:
    page.goto("/zh/diagnose")
    box_of(page).fill(LOG)
    box_of(page).press("Control+Enter")
    link = page.locator(".hits h2 a").first
    assert (link.get_attribute("href") or "").startswith(f"/zh/articles/{ARTICLE}?error=")
