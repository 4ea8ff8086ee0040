"""Light and dark: as the system says, or as the reader chose."""

from playwright.sync_api import Page

from tests.browser.conftest import OpenPage

_LIGHT, _DARK = "rgb(255, 255, 255)", "rgb(21, 24, 26)"

_NOTE_EVERY_FRAME = """
  window.frames_seen = [];
  const note = () => {
    if (document.body)
      window.frames_seen.push(getComputedStyle(document.documentElement).backgroundColor);
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
"""


def paper(page: Page) -> str:
    """The colour behind the page."""
    colour: str = page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor")
    return colour


def test_the_page_follows_the_system(open_page: OpenPage) -> None:
    page = open_page(color_scheme="dark")
    page.goto("/en")
    assert paper(page) == _DARK
    page.emulate_media(color_scheme="light")
    assert paper(page) == _LIGHT


def test_what_the_reader_chose_wins_and_stays(page: Page) -> None:
    page.goto("/en")
    toggle = page.get_by_role("button", name="Dark theme")
    assert (paper(page), toggle.get_attribute("aria-pressed")) == (_LIGHT, "false")
    toggle.click()
    assert (paper(page), toggle.get_attribute("aria-pressed")) == (_DARK, "true")
    page.reload()
    assert (paper(page), toggle.get_attribute("aria-pressed")) == (_DARK, "true")
    page.goto("/zh")
    assert paper(page) == _DARK
    page.locator("[data-theme-toggle]").click()
    assert paper(page) == _LIGHT


def test_no_frame_flashes_in_the_other_theme(page: Page) -> None:
    page.goto("/en")
    page.get_by_role("button", name="Dark theme").click()
    page.add_init_script(_NOTE_EVERY_FRAME)
    page.reload(wait_until="networkidle")
    assert set(page.evaluate("() => window.frames_seen")) == {_DARK}


def test_without_storage_the_choice_holds_for_the_page(page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', "
        "{ get() { throw new DOMException('denied', 'SecurityError'); } })"
    )
    page.goto("/en")
    page.get_by_role("button", name="Dark theme").click()
    assert paper(page) == _DARK
    page.reload()
    assert paper(page) == _LIGHT
