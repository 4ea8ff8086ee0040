"""An article as people read it."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.places import ARTICLE, CODE, TITLE, TITLE_ZH, ends_with, target_of
from tests.browser.watch import Watch
from tests.shared_corpus import CONTENT

_PATH = f"/en/articles/{ARTICLE}"


def test_another_language_keeps_the_article(page: Page) -> None:
    page.goto(_PATH)
    expect(page.locator("h1")).to_have_text(TITLE)
    page.get_by_role("banner").get_by_role("link", name="中文").click()
    expect(page).to_have_url(ends_with(f"/zh/articles/{ARTICLE}"))
    expect(page.locator("h1")).to_have_text(TITLE_ZH)
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    page.get_by_role("banner").get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_have_text(TITLE)


def test_the_copy_button_takes_the_code_exactly(open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(_PATH)
    figures = page.locator("[data-panel=page] figure.code").filter(visible=True)
    for code in figures.all()[:3]:
        shown = code.locator("pre").text_content()
        code.get_by_role("button", name="Copy").click()
        expect(code.get_by_role("button")).to_have_text("Copied")
        assert page.evaluate("() => navigator.clipboard.readText()") == shown


def test_code_is_shown_byte_for_byte(page: Page) -> None:
    document = (CONTENT / f"{ARTICLE}.md").read_text("utf-8")
    page.goto(_PATH)
    shown = page.locator("article.prose pre").all_text_contents()
    assert [code for code in shown if f"\n{code}\n```" not in document] == []
    assert len(shown) == document.count("\n```") // 2


def test_where_copying_is_forbidden_the_code_is_selected(page: Page) -> None:
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    page.goto(_PATH)
    code = page.locator("[data-panel=page] figure.code").filter(visible=True).first
    code.get_by_role("button", name="Copy").click()
    expect(code.get_by_role("button")).to_have_text("Press Ctrl+C")
    selected = page.evaluate("() => getSelection().toString()")
    assert selected.strip() == (code.locator("pre").text_content() or "").strip()


def test_tabs_show_the_same_article_as_markdown_and_json(page: Page) -> None:
    page.goto(_PATH)
    page.get_by_role("tab", name="Markdown").click()
    expect(page.get_by_role("tabpanel", name="Markdown")).to_contain_text(f"# {TITLE}")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="JSON")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="JSON")).to_contain_text(f'"slug": "{ARTICLE}"')
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tabpanel", name="curl")).to_contain_text("curl ")
    page.keyboard.press("ArrowRight")
    expect(page.locator("article.prose")).to_be_visible()


def test_an_anchor_of_an_error_leads_to_its_row(page: Page) -> None:
    page.goto(_PATH)
    rows = page.locator(".errors tbody tr[id]")
    anchor = rows.last.get_attribute("id")
    page.goto(f"{_PATH}#{anchor}")
    expect(rows.last).to_be_in_viewport()


def test_the_contents_lead_to_the_sections(page: Page) -> None:
    page.goto(_PATH)
    link = page.locator("[data-toc] a").last
    link.click()
    expect(page.locator(target_of(link))).to_be_in_viewport()


def test_evidence_says_what_ran_where_and_when(page: Page) -> None:
    page.goto(_PATH)
    evidence = page.locator("section.evidence")
    check = evidence.locator(".checks > li").first
    check.locator("summary").click()
    expect(check).to_contain_text("fixed")
    expect(check).to_contain_text("Without the fix")
    expect(evidence).to_contain_text("Debian GNU/Linux")
    expect(evidence).to_contain_text("bubblewrap")


def test_a_code_leads_to_the_article(page: Page) -> None:
    page.goto(f"/en/articles/{CODE}")
    expect(page).to_have_url(ends_with(_PATH))


def test_a_page_that_is_not_there_suggests_others(page: Page, watch: Watch) -> None:
    watch.expected.append("status of 404")
    answer = page.goto("/en/articles/troubleshoot-mcp-connection")
    assert answer is not None
    assert answer.status == 404
    page.get_by_role("main").get_by_role("link", name=TITLE).click()
    expect(page.locator("h1")).to_have_text(TITLE)
