"""Everything without a mouse."""

from playwright.sync_api import Page, expect

from tests.browser.places import ARTICLE, TITLE, box_of, ends_with, target_of

_FOCUSED = """() => {
  const it = document.activeElement;
  const style = getComputedStyle(it);
  return [it.textContent.trim() || it.getAttribute("aria-label") || it.name,
          style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2];
}"""


def focused(page: Page) -> tuple[str, bool]:
    """The name of what has the focus, and whether one sees it."""
    name, is_visible = page.evaluate(_FOCUSED)
    return name, is_visible


def tabbed(page: Page, times: int) -> list[tuple[str, bool]]:
    """What has the focus after each press of the Tab key."""
    seen = []
    for _ in range(times):
        page.keyboard.press("Tab")
        seen.append(focused(page))
    return seen


def test_the_order_is_that_of_the_page_and_each_focus_is_seen(page: Page) -> None:
    page.goto("/en/errors")
    assert tabbed(page, 9) == [
        ("Skip to the content", True),
        ("Fixbook", True),
        ("text", True),
        ("Search", True),
        ("Articles", True),
        ("Errors", True),
        ("API", True),
        ("中文", True),
        ("Dark theme", True),
    ]


def test_the_box_has_the_focus_at_home(page: Page) -> None:
    page.goto("/en")
    expect(box_of(page)).to_be_focused()


def test_suggestions_are_reached_with_the_arrows(page: Page) -> None:
    page.goto(f"/en/articles/{ARTICLE}")
    page.keyboard.press("Control+k")
    expect(box_of(page)).to_be_focused()
    page.keyboard.type("EADDRINUSE")
    expect(page.locator("[data-hints] a").first).to_contain_text("EADDRINUSE")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("EADDRINUSE")


def test_the_skip_link_leads_to_the_content(page: Page) -> None:
    page.goto(f"/en/articles/{ARTICLE}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('main') !== null")


def test_search_and_open_without_a_mouse(page: Page) -> None:
    page.goto("/en/errors")
    page.keyboard.press("/")
    expect(box_of(page)).to_be_focused()
    page.keyboard.type("TRANS-002")
    page.keyboard.press("Enter")
    expect(page).to_have_url(ends_with("/en/search?q=TRANS-002"))
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(page)[0] == TITLE:
            break
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(TITLE)


def test_the_contents_of_an_article_are_reached(page: Page) -> None:
    page.goto(f"/en/articles/{ARTICLE}")
    link = page.locator("[data-toc] a").first
    link.focus()
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(target_of(link))).to_be_in_viewport()


def test_the_theme_without_a_mouse(page: Page) -> None:
    page.goto("/en")
    page.get_by_role("button", name="Dark theme").focus()
    page.keyboard.press("Space")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_code_that_scrolls_can_be_scrolled(page: Page) -> None:
    page.goto(f"/en/articles/{ARTICLE}")
    stuck = page.evaluate(
        """() => [...document.querySelectorAll("main *")]
          .filter((it) => it.scrollWidth > it.clientWidth + 1 && it.tabIndex < 0)
          .filter((it) => ["auto", "scroll"].includes(getComputedStyle(it).overflowX))
          .map((it) => it.outerHTML.slice(0, 100))"""
    )
    assert stuck == []
