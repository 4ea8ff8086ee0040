"""The examples of the API documentation, run in the page."""

import json
import shlex

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.places import ARTICLE, ends_with
from tests.browser.watch import Watch


def form(page: Page, path: str) -> Locator:
    """The form of an operation, on the page."""
    page.goto("/en/api-docs")
    return page.locator(f"form[data-path='{path}']")


def answered(operation: Locator) -> str:
    """Runs it and returns what is shown."""
    operation.get_by_role("button", name="Run").click()
    expect(operation.locator("[data-answer]")).to_be_visible()
    return operation.locator("[data-answer] > figure code").inner_text()


def test_docs_is_the_page_in_the_readers_language(open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    page.goto("/docs")
    expect(page).to_have_url(ends_with("/zh/api-docs"))


def test_a_search_runs_as_filled_in(page: Page) -> None:
    search = form(page, "/api/v1/search")
    search.get_by_label("q", exact=True).fill("it's refused")
    search.get_by_label("pageSize", exact=True).fill("1")
    search.get_by_label("facets", exact=True).select_option("true")
    data = json.loads(answered(search))["data"]
    assert (data["pagination"]["pageSize"], len(data["items"])) == (1, 1)
    assert sorted(data["facets"]) == ["domain", "riskLevel", "status", "tag"]
    expect(search.get_by_role("status")).to_contain_text("200 OK")
    search.get_by_text("Headers").click()
    expect(search.locator("[data-answer] details")).to_contain_text(
        "content-type: application/json"
    )


def test_enter_in_a_field_runs_it_too(page: Page) -> None:
    search = form(page, "/api/v1/search")
    search.get_by_label("q", exact=True).fill("zzxyqqk")
    search.get_by_label("q", exact=True).press("Enter")
    expect(search.locator("[data-answer] > figure")).to_contain_text('"total": 0')


def test_a_diagnosis_runs(page: Page) -> None:
    shown = json.loads(answered(form(page, "/api/v1/diagnose")))
    assert shown["data"]["matches"][0]["slug"] == ARTICLE


def test_an_article_as_markdown(page: Page) -> None:
    article = form(page, "/api/v1/articles/{slug}.md")
    article.get_by_label("slug", exact=True).fill(ARTICLE)
    assert answered(article).startswith("# Troubleshoot: MCP Connection Refused")


def test_a_mistake_is_answered_with_what_is_wrong(page: Page, watch: Watch) -> None:
    watch.expected.append("status of 400")
    search = form(page, "/api/v1/search")
    search.get_by_label("pageSize", exact=True).fill("many")
    error = json.loads(answered(search))["error"]
    assert (error["code"], error["details"]["errors"][0]["path"]) == (
        "VALIDATION_ERROR",
        "pageSize",
    )
    expect(search.get_by_role("status")).to_contain_text("400 Bad Request")


def test_the_command_to_copy_says_the_same_to_a_shell(open_page: OpenPage, site: str) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    diagnose = form(page, "/api/v1/diagnose")
    diagnose.get_by_label("Body").fill('{"text": "it\'s $HOME `x` ECONNREFUSED"}')
    diagnose.get_by_role("button", name="Copy").first.click()
    assert shlex.split(page.evaluate("() => navigator.clipboard.readText()")) == [
        "curl",
        "-H",
        "Content-Type: application/json",
        "-d",
        '{"text":"it\'s $HOME `x` ECONNREFUSED"}',
        f"{site}/api/v1/diagnose",
    ]


def test_an_answer_is_text_whatever_it_says(page: Page) -> None:
    search = form(page, "/api/v1/search")
    search.get_by_label("q", exact=True).fill("<img src=x onerror=alert(1)>")
    answered(search)
    expect(search.locator("img")).to_have_count(0)
    expect(search.locator("[data-curl]")).to_contain_text("%3Cimg+src%3Dx")
