"""Real Chromium over a real server. These tests are not left out silently where it is missing."""

import os
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.server import served
from tests.browser.watch import Watch
from tests.conftest import settings_in
from tests.shared_corpus import CONTENT, SharedCorpus

OpenPage = Callable[..., Page]
"""From the options of a browser context to a page in it."""

_CHROMIUM = shutil.which("chromium")
_MISSING = "" if _CHROMIUM else "no browser: there is no chromium (apt-get install chromium)"
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_PATIENCE_MS = 10_000


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; without one the test fails in CI, and is left out elsewhere.

    It ends with the package: while Playwright runs, no other test of this process can
    start an event loop.
    """
    if _MISSING and os.environ.get("CI") == "true":
        pytest.fail(f"the tests in a browser must run in CI, and {_MISSING}", pytrace=False)
    if _MISSING:
        pytest.skip(_MISSING)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="package")
def site(
    browser: Browser, shared_corpus: SharedCorpus, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of a server over the articles of this repository."""
    assert browser.is_connected()
    settings = settings_in(tmp_path_factory.mktemp("served"))
    shared_corpus.fill(settings)
    with served(CONTENT, settings.data_dir) as url:
        yield url


@pytest.fixture
def watch(site: str) -> Watch:
    """What went wrong on the pages of this test."""
    return Watch(host=urlsplit(site).netloc)


@pytest.fixture
def open_page(browser: Browser, site: str, watch: Watch) -> Iterator[OpenPage]:
    """Opens pages; when the test ends, none of them may have done what no page may."""
    contexts = []

    def opened(**options: object) -> Page:
        chosen = {"base_url": site, "locale": "en-GB", **options}
        context = browser.new_context(**chosen)  # type: ignore[arg-type]
        context.set_default_timeout(_PATIENCE_MS)
        watch.over(context)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert watch.found() == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page on a screen of 1280 by 720 pixels, in English, light."""
    return open_page()
