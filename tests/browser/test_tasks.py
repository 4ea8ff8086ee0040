"""What readers come for, on a desktop and a phone, by keyboard and by hand: three actions at most,
and the fix is on the first screen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.conftest import OpenPage
from tests.browser.places import ARTICLE, LOG, TITLE, box_of, ends_with
from tests.browser.watch import Watch

_MOST_ACTIONS = 3
_PHONE = {"viewport": {"width": 375, "height": 800}, "has_touch": True, "is_mobile": True}
_DESKTOP = {"viewport": {"width": 1280, "height": 900}}
_PORT = "address-already-in-use-eaddrinuse"


class Reader:
    """Somebody at a screen, with a mouse or fingers, or with keys alone; counts their actions."""

    def __init__(self, page: Page, watch: Watch, *, by_keys: bool) -> None:
        self.page = page
        self.watch = watch
        self._by_keys = by_keys
        self.actions = 0

    def paste(self, text: str) -> None:
        """Goes to the box, if it has not the focus, and pastes."""
        self.actions += 1
        if self._by_keys:
            self.page.keyboard.press("Control+k")
        else:
            box_of(self.page).click()
        box_of(self.page).fill("")
        self.page.keyboard.insert_text(text)

    def send(self) -> None:
        """Asks for what is in the box."""
        self.actions += 1
        if self._by_keys:
            is_log = "\n" in box_of(self.page).input_value()
            self.page.keyboard.press("Control+Enter" if is_log else "Enter")
        elif self.page.locator("[data-box] button").is_visible():
            self.page.locator("[data-box] button").click()
        else:  # on a phone the key of the keyboard does it
            box_of(self.page).press("Control+Enter")

    def choose(self, what: Locator) -> None:
        """Activates a link or a button."""
        self.actions += 1
        if self._by_keys:
            what.focus()
            self.page.keyboard.press("Enter")
        else:
            what.click()

    def back(self) -> None:
        """Goes back; Chromium without a window has no key for that."""
        self.actions += 1
        self.page.go_back()


@pytest.fixture(params=["desktop keys", "desktop mouse", "phone keys", "phone touch"])
def reader(request: pytest.FixtureRequest, open_page: OpenPage, watch: Watch) -> Reader:
    """A reader of each kind."""
    size, by = request.param.split()
    options = _PHONE if size == "phone" else _DESKTOP
    page = open_page(**options, permissions=["clipboard-read", "clipboard-write"])
    return Reader(page, watch, by_keys=by == "keys")


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def first_fix(page: Page) -> Locator:
    """The fix that is shown first, by a result or at the top of an article."""
    return page.locator(".do").first


def shown_at_once(page: Page) -> None:
    """The fix is on the screen before anybody scrolls."""
    expect(first_fix(page)).to_be_visible()
    assert page.evaluate("scrollY") == 0
    box = first_fix(page).bounding_box()
    assert box is not None
    assert page.viewport_size is not None
    assert box["y"] + min(box["height"], 24) <= page.viewport_size["height"]


def paste_a_log_and_copy_the_fix(reader: Reader) -> None:
    page = reader.page
    page.goto("/en")
    reader.paste(LOG)
    reader.send()
    shown_at_once(page)
    button = page.locator(".hits").get_by_role("button", name="Copy").first
    reader.choose(button)
    expect(page.get_by_text("Copied")).to_be_visible()
    assert clipboard(page).strip() != ""


def follow_a_suggestion(reader: Reader) -> None:
    page = reader.page
    page.goto(f"/en/articles/{ARTICLE}")
    reader.paste("EADDR")
    reader.choose(page.locator("[data-hints] a").first)
    expect(page.locator("h1")).to_contain_text("EADDRINUSE")
    shown_at_once(page)


def find_the_windows_row(reader: Reader) -> None:
    page = reader.page
    page.goto("/en")
    reader.paste("10013 socket windows")
    reader.send()
    reader.choose(page.locator(f".hits a[href*='{_PORT}']").first)
    expect(page.locator("h1")).to_contain_text("EADDRINUSE")
    shown_at_once(page)


def go_back_and_try_the_second(reader: Reader) -> None:
    page = reader.page
    page.goto("/en/search?q=connection+refused")
    reader.choose(page.locator(".hits h2 a").first)
    shown_at_once(page)
    reader.back()
    reader.choose(page.locator(".hits h2 a").nth(1))
    expect(page.locator("h1")).not_to_have_text("")
    shown_at_once(page)


def share_an_error(reader: Reader) -> None:
    page = reader.page
    page.goto(f"/en/articles/{_PORT}")
    reader.choose(page.get_by_role("link", name="Link to this error"))
    expect(page.locator("h1")).to_contain_text("EADDRINUSE")
    assert "/en/errors/" in page.url
    shown_at_once(page)


def read_the_diagnosis_in_chinese(reader: Reader) -> None:
    page = reader.page
    page.goto("/en")
    reader.paste(LOG)
    reader.send()
    expect(page.locator(".hits > li").first).to_contain_text("Your line 3")
    reader.choose(page.get_by_role("banner").get_by_role("link", name="中文"))
    expect(page.locator(".outcome-note")).to_contain_text("就是它")
    expect(page).to_have_url(ends_with("/zh/diagnose"))
    shown_at_once(page)


def leave_a_wrong_address(reader: Reader) -> None:
    page = reader.page
    reader.watch.expected.append("404")
    page.goto("/en/articles/adress-in-use")
    reader.choose(page.locator("main li a").first)
    expect(page.locator("h1")).to_contain_text("EADDRINUSE")
    shown_at_once(page)


def see_what_was_run_in_a_domain(reader: Reader) -> None:
    page = reader.page
    page.goto("/en")
    reader.choose(page.locator(".domains a", has_text="Error codes"))
    expect(page).to_have_url(ends_with("/en/search?domain=error_codes"))
    if page.get_by_text("Narrow down").is_visible():  # folded where the screen is narrow
        reader.choose(page.get_by_text("Narrow down"))
    reader.choose(page.get_by_role("link", name="Only what was run"))
    expect(page.locator(".chips li")).to_have_count(3)  # both, and how to be rid of them
    badges = page.locator(".hits .trust")
    expect(badges).to_have_count(page.locator(".hits > li").count())
    expect(page.locator(".hits .trust:not(.executed)")).to_have_count(0)
    shown_at_once(page)


def diagnose_a_long_paste(reader: Reader) -> None:
    page = reader.page
    page.goto("/en")
    reader.paste(("nothing to see " * 60 + "\n") * 80 + LOG)
    expect(page.locator("[data-note]")).to_contain_text("its last 64 KiB")
    reader.send()
    expect(page.locator(".hits h2").first).to_have_text(TITLE)
    shown_at_once(page)


def see_who_ran_it(reader: Reader) -> None:
    page = reader.page
    page.goto(f"/en/articles/{_PORT}")
    shown_at_once(page)
    reader.choose(page.locator(".card a[href='#page:evidence']"))
    expect(page.locator("[id='page:evidence']")).to_be_in_viewport()


def copy_the_article(reader: Reader) -> None:
    page = reader.page
    page.goto(f"/en/articles/{ARTICLE}")
    shown_at_once(page)
    reader.choose(page.get_by_role("button", name="Copy as Markdown"))
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(page).startswith(f"# {TITLE}\n")


def return_to_the_diagnosis(reader: Reader) -> None:
    page = reader.page
    page.goto("/en/diagnose")
    box_of(page).fill(LOG)
    box_of(page).press("Control+Enter")
    reader.choose(page.locator(".hits h2 a").first)
    expect(page.locator("h1")).to_have_text(TITLE)
    reader.back()
    expect(page.locator(".hits > li").first).to_contain_text("Your line 3")
    shown_at_once(page)


_TASKS: list[Callable[[Reader], None]] = [
    paste_a_log_and_copy_the_fix,
    find_the_windows_row,
    go_back_and_try_the_second,
    share_an_error,
    follow_a_suggestion,
    read_the_diagnosis_in_chinese,
    copy_the_article,
    leave_a_wrong_address,
    see_what_was_run_in_a_domain,
    diagnose_a_long_paste,
    see_who_ran_it,
    return_to_the_diagnosis,
]


@pytest.mark.parametrize("task", _TASKS, ids=lambda task: task.__name__)
def test_a_task(task: Callable[[Reader], None], reader: Reader) -> None:
    task(reader)
    assert reader.actions <= _MOST_ACTIONS
    assert violations(reader.page) == []
