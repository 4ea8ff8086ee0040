"""A hostile article does nothing: by construction, and under a strict policy besides."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import OpenPage
from tests.browser.hostile import BREAKOUT, ERROR, QUESTION, SLUG, hostile_document
from tests.browser.places import box_of
from tests.browser.server import served
from tests.browser.test_phone import too_wide
from tests.browser.watch import Watch
from tests.conftest import write_files

_ARTICLE = f"/en/articles/{SLUG}"
_PAGES = (
    "/en",
    "/en/search?q=hostile",
    "/en/search?q=EHOSTILE",
    "/en/articles",
    "/en/errors",
    "/en/tags",
    "/en/domains",
    "/en/api-docs",
    _ARTICLE,
    f"/zh/articles/{SLUG}",
)

_ACTIVE = """() => {
  const bad = [];
  const own = (address) => new URL(address, location.href).origin === location.origin;
  for (const it of document.querySelectorAll("*")) {
    for (const { name } of it.attributes)
      if (name.startsWith("on") || ["style", "srcdoc", "srcset", "ping"].includes(name))
        bad.push(`${it.localName} ${name}`);
    if (it.src && !own(it.src)) bad.push(`src ${it.src}`);
    if (it.href && it.localName === "link" && !own(it.href)) bad.push(`link ${it.href}`);
  }
  for (const it of document.querySelectorAll("script:not([src], [type='application/ld+json'])"))
    bad.push(`script ${it.textContent}`);
  for (const it of document.querySelectorAll("style, iframe, object, embed, base, [http-equiv]"))
    bad.push(it.outerHTML);
  for (const it of document.querySelectorAll("a[href]"))
    if (!["http:", "https:", "mailto:"].includes(it.protocol)) bad.push(`href ${it.href}`);
  for (const it of document.forms)
    if (!own(it.getAttribute("action") ?? "")) bad.push(`form ${it.getAttribute("action")}`);
  return bad;
}"""
"""Whatever could do something, or ask another host, that is not the pages' own."""

_TRIGGER = """() => {
  for (const it of document.querySelectorAll("main *"))
    for (const name of ["mouseover", "focus", "error", "load"]) it.dispatchEvent(new Event(name));
}"""


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that has the hostile article and nothing else."""
    assert browser.is_connected()
    folder = tmp_path_factory.mktemp("hostile")
    content = write_files(folder / "content", {f"{SLUG}.md": hostile_document()})
    with served(content, folder / "data") as url:
        yield url


def untouched(page: Page) -> bool:
    """Whether nothing has run that is not ours; the rest is told by the watch."""
    page.evaluate(_TRIGGER)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(_ACTIVE) == []
    return bool(page.evaluate("() => window.taken === undefined"))


@pytest.mark.parametrize("path", _PAGES)
def test_no_page_runs_it(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200
    assert untouched(page)
    assert page.url.endswith(path)


def test_a_diagnosis_shows_it_as_text(page: Page) -> None:
    page.goto("/en/diagnose")
    box_of(page).fill(f"</textarea>{BREAKOUT}\n{ERROR}")
    box_of(page).press("Control+Enter")
    page.locator("[data-diagnosis] .outcome-note").wait_for()
    assert untouched(page)
    assert ERROR in page.inner_text("main")


def test_what_is_searched_for_is_shown_as_text(page: Page) -> None:
    page.goto("/en/search")
    box_of(page).press_sequentially(f'"{BREAKOUT}', delay=1)
    box_of(page).press("Enter")
    page.wait_for_load_state("networkidle")
    assert untouched(page)
    assert box_of(page).input_value() == f'"{BREAKOUT}'


def test_it_is_shown_as_it_was_written(page: Page) -> None:
    page.goto(_ARTICLE)
    assert page.inner_text("h1") == f"Hostile {BREAKOUT}"
    assert page.title().startswith(f"Hostile {BREAKOUT}")
    assert "{{ 7 * 7 }} {% raw %} {{ config }} ${7*7} <%= 7 * 7 %>" in page.inner_text("main")


def test_structured_data_stays_data(page: Page) -> None:
    page.goto(_ARTICLE)
    blocks = page.locator("script[type='application/ld+json']").all_text_contents()
    questions = [data for data in map(json.loads, blocks) if data["@type"] == "FAQPage"]
    assert [found["mainEntity"][0]["name"] for found in questions] == [QUESTION]


def test_its_anchors_take_nothing_from_the_page(page: Page) -> None:
    page.goto(_ARTICLE)
    ids = page.locator("[id]").evaluate_all("(all) => all.map((it) => it.id)")
    assert sorted(ids) == sorted(set(ids))


def test_long_words_do_not_widen_a_phone(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 375, "height": 700}, has_touch=True, is_mobile=True)
    for path in _PAGES:
        page.goto(path)
        assert (path, too_wide(page)) == (path, [])


def test_were_there_a_hole_the_policy_would_hold(page: Page, watch: Watch) -> None:
    page.goto(_ARTICLE)
    watch.expected.append("Content Security Policy")
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.taken = 'inline'";
          document.body.append(script);
          document.body.insertAdjacentHTML("beforeend", "<p onclick=\\"window.taken='click'\\">");
          document.body.lastElementChild.click();
        }"""
    )
    assert page.evaluate("() => window.taken === undefined")
    assert len(watch.troubles) == 2
