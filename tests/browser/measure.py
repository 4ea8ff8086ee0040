"""How soon pages are there and how still they stand: `python -m tests.browser.measure URL`."""

import shutil
import sys
from collections.abc import Mapping
from itertools import product

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.browser.places import KINDS

_OBSERVE = """() => new Promise((done) => {
  let lcp = 0, cls = 0;
  const watch = (type, see) => new PerformanceObserver((list) => list.getEntries().forEach(see))
    .observe({ type, buffered: true });
  watch("largest-contentful-paint", (entry) => (lcp = Math.max(lcp, entry.startTime)));
  watch("layout-shift", (entry) => (cls += entry.hadRecentInput ? 0 : entry.value));
  setTimeout(() => done([lcp, cls]), 400);
})"""
_TIMES = 3
_SCREENS: Mapping[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 900},
    "phone": {"width": 375, "height": 800},
}


def _measured(browser: Browser, address: str, screen: str) -> tuple[float, float]:
    """Milliseconds to the largest paint, and the layout shift, with an empty cache."""
    is_mobile = screen == "phone"
    context = browser.new_context(
        viewport=_SCREENS[screen], is_mobile=is_mobile, has_touch=is_mobile
    )
    page = context.new_page()
    page.goto(address)
    lcp, cls = page.evaluate(_OBSERVE)
    context.close()
    return lcp, cls


def main(url: str) -> None:
    """Prints the best paint and the worst shift of some visits to a page of each kind."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for screen, (kind, path) in product(_SCREENS, KINDS.items()):
            found = [_measured(browser, url + path, screen) for _ in range(_TIMES)]
            lcp, cls = min(lcp for lcp, _ in found), max(cls for _, cls in found)
            sys.stdout.write(
                f"{kind}, {screen}: largest paint {lcp:.0f} ms, layout shift {cls:.3f}\n"
            )


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
