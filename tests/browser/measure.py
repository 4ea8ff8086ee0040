"""How soon pages are there and how still they stand: `python -m tests.browser.measure URL`."""

import shutil
import sys

from playwright.sync_api import Browser, sync_playwright

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


def _measured(browser: Browser, address: str) -> tuple[float, float]:
    """Milliseconds to the largest paint, and the layout shift, with an empty cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address)
    lcp, cls = page.evaluate(_OBSERVE)
    context.close()
    return lcp, cls


def main(url: str) -> None:
    """Prints the best of some visits to a page of each kind."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for kind, path in KINDS.items():
            lcp, cls = min(_measured(browser, url + path) for _ in range(_TIMES))
            sys.stdout.write(f"{kind}: largest paint {lcp:.0f} ms, layout shift {cls:.3f}\n")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
