"""Accessibility, judged by axe-core (https://github.com/dequelabs/axe-core)."""

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

_SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
_HARD = ("serious", "critical")


def violations(page: Page) -> list[str]:
    """What is serious or critical on the page, as rule and element."""
    page.evaluate(_SCRIPT)
    found: Any = page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in _HARD
        for node in rule["nodes"]
    ]
