"""Accessibility, judged by axe-core (https://github.com/dequelabs/axe-core)."""

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

_SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def violations(page: Page, *, only: str = "") -> list[str]:
    """What is wrong with the page by every rule, or by one, as rule and element."""
    page.evaluate(_SCRIPT)
    options = {"resultTypes": ["violations"], **({"runOnly": [only]} if only else {})}
    found: Any = page.evaluate("(options) => axe.run(options)", options)
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
