"""From words to an article."""

import re

from playwright.sync_api import Page, expect

from tests.browser.places import ARTICLE, TITLE, box_of, ends_with


def test_from_home_to_an_article(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_url(ends_with("/en"))
    box_of(page).fill("ECONNREFUSED")
    page.get_by_role("button", name="Find the fix").click()
    expect(page).to_have_url(ends_with("/en/search?q=ECONNREFUSED"))
    page.locator("[data-results]").get_by_role("link", name=TITLE).click()
    expect(page).to_have_url(re.compile(f"/en/articles/{ARTICLE}"))
    expect(page.locator("h1")).to_have_text(TITLE)


def test_results_appear_while_typing(page: Page) -> None:
    page.goto("/en/search")
    box_of(page).press_sequentially("TRANS-002", delay=20)
    expect(page.locator("[data-results] h2 a").first).to_have_text(TITLE)
    expect(page).to_have_url(ends_with("/en/search?q=TRANS-002"))
    expect(page.get_by_role("status")).to_contain_text("TRANS-002")
    box_of(page).fill("zzxyqqk")
    expect(page.locator("[data-results]")).to_contain_text("No article matches.")


def test_back_from_an_article_finds_the_results_again(page: Page) -> None:
    page.goto("/en/search")
    box_of(page).fill("TRANS-002")
    expect(page).to_have_url(ends_with("/en/search?q=TRANS-002"))
    page.locator("[data-results]").get_by_role("link", name=TITLE).click()
    expect(page.locator("h1")).to_have_text(TITLE)
    page.go_back()
    expect(box_of(page)).to_have_value("TRANS-002")
    expect(page.locator("[data-results] h2 a").first).to_have_text(TITLE)


def test_the_last_word_typed_wins(page: Page) -> None:
    """The first question's answer comes after the second's."""
    page.goto("/en/search")
    page.route("**/en/search?q=slow", lambda _: None)
    with page.expect_request("**/en/search?q=slow"):
        box_of(page).fill("slow")
    box_of(page).fill("TRANS-002")
    expect(page.locator("[data-results] h2 a").first).to_have_text(TITLE)
    expect(page).to_have_url(ends_with("q=TRANS-002"))


def test_a_facet_narrows_and_is_taken_back(page: Page) -> None:
    page.goto("/en/search?q=error")
    results = page.locator("[data-results]")
    before = results.locator("h2 a").all_text_contents()
    facet = results.locator(".side a").first
    name, articles = facet.locator("span").all_text_contents()
    facet.click()
    expect(page.get_by_role("status")).to_contain_text(articles)
    chip = results.locator(".chips a")
    expect(chip).to_contain_text(name)
    chip.click()
    assert results.locator("h2 a").all_text_contents() == before


def test_a_filter_of_the_form(page: Page) -> None:
    page.goto("/en/search?q=timeout")
    page.get_by_text("Filters and sorting").click()
    page.get_by_label("Domain").select_option("transport")
    expect(page).to_have_url(ends_with("/en/search?q=timeout&domain=transport"))
    expect(page.locator("[data-results] .chips a")).to_have_text("Transport ×")


def test_what_was_found_is_marked_and_leads_to_its_row(page: Page) -> None:
    page.goto("/en/search?q=ECONNRESET")
    match = page.locator("[data-results] .match > a", has_text="read ECONNRESET").first
    expect(page.locator("[data-results] mark").first).to_be_visible()
    match.click()
    expect(page.locator(".card .what")).to_contain_text("read ECONNRESET")
    expect(page.locator(".card .do")).to_be_in_viewport()


def test_a_slip_of_the_finger_is_answered_with_a_suggestion(page: Page) -> None:
    page.goto("/en/search?q=conection+refused")
    suggestion = page.locator("[data-results] p", has_text="Did you mean").get_by_role("link")
    expect(suggestion).to_have_text("connection refused")
    suggestion.click()
    expect(box_of(page)).to_have_value("connection refused")


def test_search_in_chinese(page: Page) -> None:
    page.goto("/zh/search?q=连接被拒绝")
    first = page.locator("[data-results] h2 a").first
    expect(first).to_contain_text("连接被拒绝")
    first.click()
    expect(page.locator("html")).to_have_attribute("lang", "zh")
