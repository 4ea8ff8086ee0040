"""The pages that tests go to, one of each kind."""

import re
from urllib.parse import unquote

from playwright.sync_api import Locator, Page

ARTICLE = "troubleshoot-mcp-connection-refused-or-timeout-errors"
CODE = "TRANS-002"
TITLE = "Troubleshoot: MCP Connection Refused or Timeout Errors"
TITLE_ZH = "排查：MCP 连接被拒绝或连接超时"
LOG = """\
$ npm run dev
> dev
Error: connect ECONNREFUSED 127.0.0.1:3000
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)"""

KINDS = {
    "home": "/en",
    "home in Chinese": "/zh",
    "results": "/en/search?q=connection+refused&domain=transport",
    "no results": "/en/search?q=zzxyqqk",
    "articles": "/en/articles",
    "article": f"/en/articles/{ARTICLE}",
    "article in Chinese": f"/zh/articles/{ARTICLE}",
    "errors": "/en/errors",
    "domains": "/en/domains",
    "tags": "/en/tags",
    "diagnose": "/en/diagnose",
    "documentation": "/en/api-docs",
}
"""Paths of pages that answer 200, by what they are."""


def ends_with(path: str) -> re.Pattern[str]:
    """The addresses that end with a path."""
    return re.compile(re.escape(path) + "$")


def target_of(link: Locator) -> str:
    """A selector of the element on the page that a link leads to."""
    return f'[id="{unquote((link.get_attribute("href") or "").partition("#")[2])}"]'


def open_diagnosis(page: Page) -> None:
    """The page that answers a pasted log."""
    page.goto("/en/diagnose")
    box_of(page).fill(LOG)
    box_of(page).press("Control+Enter")
    page.locator("[data-diagnosis] .outcome-note").wait_for()


def box_of(page: Page) -> Locator:
    """The field that takes words and logs."""
    return page.locator("[data-box] textarea")
